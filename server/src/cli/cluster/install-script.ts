// The script that makes a fresh Debian machine a node of the cluster: packages, files at their places, services.
import type { ClusterNode } from './plan.ts';

/** Where a Strata server looks for the authority of the cluster's certificates. */
export const CLIENT_AUTHORITY = '/etc/strata/metadata-ca.crt';

/** The script, for `sh` as root in the folder of the node. It may be run again, to put changed files in place. */
export function installScript({ name, places }: ClusterNode, postgres: number): string {
  const { configuration, etcdCertificates, etcdData } = places;
  return `#!/bin/sh
# Makes this Debian machine node ${name} of Strata's metadata cluster. Run it as root. It may be run again.
set -eu
cd "$(dirname "$0")"
[ "$(id -u)" = 0 ] || { echo 'Run this as root.' >&2; exit 1; }
export DEBIAN_FRONTEND=noninteractive

apt-get update -q
# Before PostgreSQL itself: Debian would make a database of its own and start it.
apt-get install -y -q postgresql-common
sed -i 's/^#*create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
apt-get install -y -q postgresql-${postgres} patroni python3-etcd python3-idna etcd-server etcd-client chrony

install -d -m 0755 ${parentOf(configuration)}
install -d -m 0700 -o postgres -g postgres ${configuration}
install -d -m 0700 -o etcd -g etcd ${etcdCertificates} ${etcdData}
for file in ca.crt node.crt node.key; do
  install -m 0600 -o postgres -g postgres "$file" ${configuration}/
  install -m 0600 -o etcd -g etcd "$file" ${etcdCertificates}/
done
install -m 0600 -o postgres -g postgres strata.sql ${configuration}/
install -m 0600 -o postgres -g postgres patroni.yml /etc/patroni/config.yml
install -m 0644 etcd.env /etc/default/etcd

# Both come back by themselves; where there is a watchdog, Patroni may use it.
install -d /etc/systemd/system/etcd.service.d /etc/systemd/system/patroni.service.d
cat > /etc/systemd/system/etcd.service.d/strata.conf <<'END'
[Service]
Restart=always
RestartSec=2
END
cat > /etc/systemd/system/patroni.service.d/strata.conf <<'END'
[Unit]
After=etcd.service
[Service]
Restart=always
RestartSec=2
TimeoutStopSec=90
OOMScoreAdjust=-900
ExecStartPre=-+/bin/sh -c 'test -e /dev/watchdog || modprobe softdog'
ExecStartPre=-+/bin/chown postgres /dev/watchdog
END

systemctl daemon-reload
systemctl disable --now postgresql
systemctl enable etcd patroni
# Each waits for the other nodes, which may not be there yet.
systemctl restart --no-block etcd
systemctl is-active --quiet patroni && systemctl reload patroni || systemctl start --no-block patroni
echo 'Node ${name} is in place. Look at it with: journalctl -fu patroni'
`;
}

function parentOf(folder: string): string {
  return folder.replace(/\/[^/]*$/, '');
}
