// Documents as other programs write them, made with pydicom: a structured report that names an image, and a PDF.
import { python } from '../support/peers/readers.ts';

const SCRIPT = `
import sys
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import generate_uid, ExplicitVRLittleEndian
from pydicom import dcmread
image, report, document = dcmread(sys.argv[1], stop_before_pixels=True), sys.argv[2], sys.argv[3]
def code(value, scheme, meaning):
    d = Dataset(); d.CodeValue, d.CodingSchemeDesignator, d.CodeMeaning = value, scheme, meaning
    return d
def item(relation, kind, name, children=(), **values):
    d = Dataset(); d.RelationshipType, d.ValueType = relation, kind
    if name: d.ConceptNameCodeSequence = [name]
    for key, value in values.items(): setattr(d, key, value)
    if children: d.ContentSequence = list(children)
    return d
def start(sop_class, modality, number, description):
    d = Dataset()
    for k in ('PatientName', 'PatientID', 'PatientBirthDate', 'PatientSex', 'StudyDate', 'StudyTime', 'AccessionNumber', 'StudyID', 'ReferringPhysicianName', 'StudyInstanceUID'):
        setattr(d, k, image.get(k, ''))
    d.SOPClassUID = sop_class; d.SOPInstanceUID = generate_uid(); d.SeriesInstanceUID = generate_uid()
    d.SeriesNumber = number; d.InstanceNumber = 1; d.Modality = modality; d.SeriesDescription = description
    d.Manufacturer = 'ACME'; d.ContentDate = '20260102'; d.ContentTime = '101112'
    d.SpecificCharacterSet = 'ISO_IR 192'
    return d
def save(d, path):
    d.file_meta = FileMetaDataset(); d.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    d.file_meta.MediaStorageSOPClassUID, d.file_meta.MediaStorageSOPInstanceUID = d.SOPClassUID, d.SOPInstanceUID
    d.is_little_endian, d.is_implicit_VR = True, False
    d.save_as(path, write_like_original=False)
mm = Dataset(); mm.NumericValue = '12.5'; mm.MeasurementUnitsCodeSequence = [code('mm', 'UCUM', 'millimeter')]
named = Dataset(); named.ReferencedSOPClassUID, named.ReferencedSOPInstanceUID = image.SOPClassUID, image.SOPInstanceUID
d = start('1.2.840.10008.5.1.4.1.1.88.22', 'SR', 70, 'Ultrasound measurements')
d.CompletionFlag = 'COMPLETE'; d.VerificationFlag = 'UNVERIFIED'; d.ValueType = 'CONTAINER'; d.ContinuityOfContent = 'SEPARATE'
d.ConceptNameCodeSequence = [code('125100', 'DCM', 'Vascular Ultrasound Procedure Report')]
d.ContentSequence = [
    item('HAS OBS CONTEXT', 'PNAME', code('121008', 'DCM', 'Person Observer Name'), PersonName='Doppler^Christian'),
    item('CONTAINS', 'CONTAINER', code('121070', 'DCM', 'Findings'), [
        item('HAS CONCEPT MOD', 'CODE', code('272741003', 'SCT', 'Laterality'), ConceptCodeSequence=[code('7771000', 'SCT', 'Left')]),
        item('CONTAINS', 'TEXT', code('121071', 'DCM', 'Finding'), TextValue='Plaque of the internal carotid artery.\\r\\nNo flow limitation, Ödem nicht sicher.'),
        item('CONTAINS', 'NUM', code('410668003', 'SCT', 'Length'), [
            item('INFERRED FROM', 'IMAGE', code('121324', 'DCM', 'Source Image'), ReferencedSOPSequence=[named])], MeasuredValueSequence=[mm]),
    ], ContinuityOfContent='SEPARATE'),
    item('CONTAINS', 'HOLOGRAM', code('111030', 'DCM', 'Shape')),
]
save(d, report)
d = start('1.2.840.10008.5.1.4.1.1.104.1', 'DOC', 71, 'Letter')
d.BurnedInAnnotation = 'YES'; d.DocumentTitle = 'Letter of the ward'; d.ConceptNameCodeSequence = []
d.MIMETypeOfEncapsulatedDocument = 'application/pdf'
d.EncapsulatedDocument = b'%PDF-1.4\\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj 3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\\ntrailer<</Root 1 0 R>>\\n%%EOF\\n'
save(d, document)
`;

/** Writes both into a folder; they are of the image's study and name it. @returns the files */
export async function foreignDocuments(image: string, folder: string): Promise<string[]> {
  const files = [`${folder}/foreign-report.dcm`, `${folder}/letter.dcm`];
  const { code, stderr } = await python(SCRIPT, image, ...files);
  if (code !== 0) throw new Error(`The documents could not be made:\n${stderr}`);
  return files;
}
