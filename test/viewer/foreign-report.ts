// A measurement report as another program writes it: made with pydicom, in the structure that highdicom gives it.
import { python } from '../support/peers/readers.ts';

/** A region on the first image, one in the patient's space on the second, a volume of a segmentation, and an opinion. */
const SCRIPT = `
import sys
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import generate_uid, ExplicitVRLittleEndian
from pydicom import dcmread
first, second = [dcmread(f, stop_before_pixels=True) for f in sys.argv[1:3]]
def code(value, scheme, meaning):
    d = Dataset(); d.CodeValue, d.CodingSchemeDesignator, d.CodeMeaning = value, scheme, meaning
    return d
def item(relation, kind, name, children=(), **values):
    d = Dataset(); d.RelationshipType, d.ValueType = relation, kind
    d.ConceptNameCodeSequence = [name]
    for key, value in values.items(): setattr(d, key, value)
    if children: d.ContentSequence = list(children)
    return d
def image(of, relation='SELECTED FROM'):
    r = Dataset(); r.ReferencedSOPClassUID, r.ReferencedSOPInstanceUID = of.SOPClassUID, of.SOPInstanceUID
    return item(relation, 'IMAGE', code('121324', 'DCM', 'Source Image'), ReferencedSOPSequence=[r])
def number(name, value, unit):
    m = Dataset(); m.NumericValue = value; m.MeasurementUnitsCodeSequence = [code(unit, 'UCUM', unit)]
    return item('CONTAINS', 'NUM', name, MeasuredValueSequence=[m])
def group(label, *items):
    return item('CONTAINS', 'CONTAINER', code('125007', 'DCM', 'Measurement Group'), [
        item('HAS OBS CONTEXT', 'TEXT', code('112039', 'DCM', 'Tracking Identifier'), TextValue=label),
        item('HAS OBS CONTEXT', 'UIDREF', code('112040', 'DCM', 'Tracking Unique Identifier'), UID=generate_uid()),
        *items], ContinuityOfContent='SEPARATE')
region = code('111030', 'DCM', 'Image Region')
def inspace(column, row):
    o, (a, b), p = second.ImageOrientationPatient, second.PixelSpacing, second.ImagePositionPatient
    return [p[i] + column * b * o[i] + row * a * o[3 + i] for i in range(3)]
corners = [inspace(*c) for c in ((60, 60), (110, 70), (90, 120))]
groups = [
    group('Lesion', item('CONTAINS', 'CODE', code('121071', 'DCM', 'Finding'), ConceptCodeSequence=[code('4147007', 'SCT', 'Mass')]),
          item('CONTAINS', 'SCOORD', region, [image(first)], GraphicType='CIRCLE', GraphicData=[90.5, 90.5, 110.5, 90.5]),
          number(code('42798000', 'SCT', 'Area'), '400', 'mm2')),
    group('Node', item('CONTAINS', 'SCOORD3D', region, GraphicType='POLYGON', GraphicData=[v for c in corners + corners[:1] for v in c],
                       ReferencedFrameOfReferenceUID=second.FrameOfReferenceUID)),
    group('Liver', number(code('118565006', 'SCT', 'Volume'), '1500', 'cm3')),
]
d = Dataset()
for k in ('PatientName', 'PatientID', 'PatientBirthDate', 'PatientSex', 'StudyDate', 'StudyTime', 'AccessionNumber', 'StudyID', 'ReferringPhysicianName', 'StudyInstanceUID'):
    setattr(d, k, first.get(k, ''))
d.SOPClassUID = '1.2.840.10008.5.1.4.1.1.88.34'; d.SOPInstanceUID = generate_uid()
d.SeriesInstanceUID = generate_uid(); d.SeriesNumber = 77; d.InstanceNumber = 1; d.Modality = 'SR'
d.Manufacturer = 'ACME'; d.ContentDate = '20260102'; d.ContentTime = '101112'
d.CompletionFlag = 'COMPLETE'; d.VerificationFlag = 'UNVERIFIED'
d.ValueType = 'CONTAINER'; d.ContinuityOfContent = 'SEPARATE'
d.ConceptNameCodeSequence = [code('126000', 'DCM', 'Imaging Measurement Report')]
t = Dataset(); t.MappingResource, t.TemplateIdentifier = 'DCMR', '1500'; d.ContentTemplateSequence = [t]
d.ContentSequence = [item('CONTAINS', 'CONTAINER', code('126010', 'DCM', 'Imaging Measurements'), groups, ContinuityOfContent='SEPARATE'),
    item('CONTAINS', 'CODE', code('111059', 'DCM', 'Overall assessment'), ConceptCodeSequence=[code('111287', 'DCM', 'Stable')])]
d.file_meta = FileMetaDataset(); d.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
d.file_meta.MediaStorageSOPClassUID, d.file_meta.MediaStorageSOPInstanceUID = d.SOPClassUID, d.SOPInstanceUID
d.is_little_endian, d.is_implicit_VR = True, False
d.save_as(sys.argv[3], write_like_original=False)
`;

/** Writes the report of two images of a study to a file. */
export async function writeForeignReport(first: string, second: string, file: string): Promise<void> {
  const { code, stderr } = await python(SCRIPT, first, second, file);
  if (code !== 0) throw new Error(`The report was not made:\n${stderr}`);
}
