# Checks de-identified files against the profile's table with another reader (pydicom) and prints one line a problem.
# Arguments: the table's file, a file of lines "source<TAB>output", then the names of the options.
import re
import sys

import pydicom

table_file, manifest, *options = sys.argv[1:]
rows = {}
head = None
for line in open(table_file, encoding="utf8"):
    if re.match(r"(X|Z|D|U|X/Z|X/D|Z/D|X/Z/D|X/Z/U\*)( [a-z:KC]+)* \|$", line.strip()) and not line.startswith(" "):
        head = line.strip().rstrip("|").split()
    elif head and re.match(r"^  [0-9A-F]{8}", line):
        for tag in line.split():
            rows[int(tag, 16)] = head
assert len(rows) == 652, len(rows)

KEPT = {"uids": "uids:K", "device": "device:K", "full-dates": "dates"}
DUMMIES = {"REMOVED", "19000101", "19000101000000", "000000", "000Y", "0", "urn:removed", "", None}


def kept(row):
    return any(KEPT[option] in row[1:] for option in options if option in KEPT)


def own(row):
    """Whether the option changes the value in a way of its own, which is looked at elsewhere."""
    return ("modified-dates" in options and "dates" in row[1:]) or ("device" in options and "device:C" in row[1:])


def text(element):
    value = element.value
    if isinstance(value, (pydicom.multival.MultiValue, list)):
        return "\\".join(str(one) for one in value)
    return "" if value is None else str(value)


def elements(dataset):
    """All elements, those inside sequences too. What pydicom cannot read of a source is left out."""
    for tag in sorted(dataset.keys()):
        try:
            element = dataset[tag]
        except Exception:
            continue
        yield element
        if element.VR == "SQ":
            for item in element.value:
                yield from elements(item)


def originals(dataset):
    """What must not be anywhere: values of the source that name a patient, a request, an object or a day."""
    names, uids, dates, allowed = set(), set(), set(), set()
    for element in elements(dataset):
        row = rows.get(int(element.tag))
        if row is None or element.VR == "SQ":
            continue
        value = text(element)
        if kept(row):
            allowed.update(re.findall(r"(?:19|20)\d{6}", value))
            continue
        if element.VR == "UI":
            uids.update(uid for uid in value.split("\\") if len(uid) > 8 and not uid.startswith("1.2.840.10008."))
        elif element.VR in ("DA", "DT"):
            dates.update(part[:8] for part in value.split("\\") if re.match(r"(19|20)\d{6}", part))
        elif int(element.tag) in (0x00100010, 0x00100020, 0x00080050, 0x00101000):
            names.update(part for part in re.split(r"[\\^=]", value) if len(part) >= 5)
    return names, uids, dates - allowed


def check(source_name, output_name):
    source = pydicom.dcmread(source_name, force=True)
    output = pydicom.dcmread(output_name)
    blob = open(output_name, "rb").read()
    before = {}
    for element in elements(source):
        before.setdefault(int(element.tag), set()).add(text(element) if element.VR != "SQ" else "")
    for element in elements(output):
        tag = int(element.tag)
        where = f"{element.tag} {element.keyword}"
        if element.tag.is_private and "private" not in options:
            yield f"{where}: private"
        group = tag >> 16
        if group in range(0x5000, 0x5020) or group in range(0x6000, 0x6020):
            yield f"{where}: curve or overlay"
        if group % 2 == 0 and tag & 0xFFFF == 0:
            yield f"{where}: group length"
        row = rows.get(tag)
        if row is None or kept(row) or own(row):
            continue
        action = row[0]
        if action == "X":
            yield f"{where}: to be removed"
            continue
        if element.VR == "SQ":
            continue
        value = text(element)
        if action == "U" or element.VR == "UI":
            for uid in value.split("\\"):
                if uid and not uid.startswith("1.2.840.10008.") and not uid.startswith("2.25."):
                    yield f"{where}: a UID that is not one of ours"
        elif tag in (0x00100010, 0x00100020, 0x00080050):
            if value and value in before.get(tag, ()):
                yield f"{where}: as in the source"
        elif "Z" in action and "D" not in action and value != "":
            yield f"{where}: to be empty"
        elif value not in DUMMIES and element.VR not in ("OB", "OW", "UN", "OF", "OD") and value in before.get(tag, ()):
            yield f"{where}: as in the source"
    for tag in (0x00020016, 0x00020017, 0x00020018, 0x00020026, 0x00020100, 0x00020102):
        if tag in output.file_meta:
            yield f"{tag:08X}: in the file meta information"
    if str(output.file_meta.MediaStorageSOPInstanceUID) != str(output.SOPInstanceUID):
        yield "the file meta information names another object"
    if any(blob[:128]):
        yield "the preamble holds something"
    if output.get("PatientIdentityRemoved") != "YES":
        yield "PatientIdentityRemoved is not YES"
    temporal = "UNMODIFIED" if "full-dates" in options else "MODIFIED" if "modified-dates" in options else "REMOVED"
    if output.get("LongitudinalTemporalInformationModified") != temporal:
        yield "LongitudinalTemporalInformationModified is not " + temporal
    codes = [item.CodeValue for item in output.DeidentificationMethodCodeSequence]
    if codes[0] != "113100":
        yield f"method codes {codes}"
    names, uids, dates = originals(source)
    start = blob.rfind(b"\xe0\x7f\x10\x00")
    head = blob if start < 0 else blob[:start]
    # Numbers, and codes that mean something else, may be alike by chance: those of text are what counts.
    said = "\0".join(
        text(element) for element in elements(output) if element.VR not in ("SQ", "IS", "DS", "US", "OW", "OB", "CS", "FL", "FD", "UL", "TM")
        and not (element.VR == "UI" and "uids" in options)
    )
    for name in names:
        if name.upper() not in ("REMOVED", "ANON") and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", said, re.I):
            yield f"an identifier of {len(name)} letters is still there"
    for uid in uids:
        if re.search(rb"(?<![\d.])" + re.escape(uid.encode()) + rb"(?![\d.])", head):
            yield f"a UID of {len(uid)} digits is still there"
    for date in dates - {"19000101"}:
        if date in said:
            yield "a date is still there"


for line in open(manifest, encoding="utf8"):
    source, output = line.rstrip("\n").split("\t")
    for problem in check(source, output):
        print(f"{source}\t{problem}")
