// A study, series or instance by its address, and the records of its instances.
import type { Metadata } from '@strata/metadata/metadata';
import type { InstanceRecord } from '@strata/metadata/records';
import type { FastifyRequest } from 'fastify';
import { HttpError } from '../http/http-error.ts';

/** The UIDs of an address, as far down as it goes. */
export interface Resource {
  readonly study: string;
  readonly series?: string;
  readonly instance?: string;
}

/** Where the service is for this client: no slash at the end. The guard has checked the name. */
export function baseOf(request: FastifyRequest): string {
  return `${request.protocol}://${request.host}/dicom-web`;
}

/** The address of an instance. */
export function instanceUrl(base: string, { study, series, instance }: InstanceRecord): string {
  return `${base}/studies/${study.uid}/series/${series.uid}/instances/${instance.uid}`;
}

/**
 * The records of a study's, a series' or one instance, in the order of their arrival.
 * @throws HttpError 404 when there is no such thing under these UIDs
 */
export async function* recordsOf(metadata: Metadata, resource: Resource): AsyncGenerator<InstanceRecord> {
  const { study, series, instance } = resource;
  let none = true;
  const kind = instance !== undefined ? 'instance' : series !== undefined ? 'series' : 'study';
  for await (const record of metadata.instancesOf(instance ?? series ?? study, kind)) {
    const here =
      record.study.uid === study &&
      (series === undefined || record.series.uid === series) &&
      (instance === undefined || record.instance.uid === instance);
    if (!here) break;
    none = false;
    yield record;
  }
  if (none) throw new HttpError(404, 'not-found', 'Nothing is stored at this address.');
}

/** The record of one instance. @throws HttpError 404 */
export async function recordOf(metadata: Metadata, resource: Resource): Promise<InstanceRecord> {
  const { value } = await recordsOf(metadata, resource).next();
  return value as InstanceRecord;
}
