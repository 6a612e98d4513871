// Documents as other programs write them, made with pydicom: a structured report that names an image, a PDF, a clinical document.
import { writeFileSync } from 'node:fs';
import { python } from '../support/peers/readers.ts';

const SCRIPT = `
import sys
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import generate_uid, ExplicitVRLittleEndian
from pydicom import dcmread
image, report, document, clinical = dcmread(sys.argv[1], stop_before_pixels=True), sys.argv[2], sys.argv[3], sys.argv[4]
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
exact = Dataset(); exact.NumericValue = '176.4231243'; exact.MeasurementUnitsCodeSequence = mm.MeasurementUnitsCodeSequence
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
        item('CONTAINS', 'NUM', code('121211', 'DCM', 'Path length'), MeasuredValueSequence=[exact]),
    ], ContinuityOfContent='SEPARATE'),
    item('CONTAINS', 'HOLOGRAM', code('111030', 'DCM', 'Shape')),
]
save(d, report)
d = start('1.2.840.10008.5.1.4.1.1.104.1', 'DOC', 71, 'Letter')
d.BurnedInAnnotation = 'YES'; d.DocumentTitle = 'Letter of the ward'; d.ConceptNameCodeSequence = []
d.MIMETypeOfEncapsulatedDocument = 'application/pdf'
d.EncapsulatedDocument = b'%PDF-1.4\\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj 3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\\ntrailer<</Root 1 0 R>>\\n%%EOF\\n'
save(d, document)
d = start('1.2.840.10008.5.1.4.1.1.104.2', 'DOC', 72, 'Discharge')
d.BurnedInAnnotation = 'YES'; d.DocumentTitle = 'Discharge letter'; d.ConceptNameCodeSequence = []
d.MIMETypeOfEncapsulatedDocument = 'text/XML'; d.HL7InstanceIdentifier = '1.2.3^4'
d.EncapsulatedDocument = open(sys.argv[5], 'rb').read()
if len(d.EncapsulatedDocument) % 2: d.EncapsulatedDocument += b' '
save(d, clinical)
`;

/** With what a page must never take over: scripts, handlers, links that run. */
const LETTER = `<?xml version="1.0" encoding="ISO-8859-1"?>
<ClinicalDocument xmlns="urn:hl7-org:v3"><title>Entlassbrief</title><effectiveTime value="20260407130000+0200"/><languageCode code="de-DE"/>
<recordTarget><patientRole><id extension="4711" root="1.2.3"/><patient><name><prefix>Dr.</prefix><given>Anna</given><family>Größe</family></name>
<administrativeGenderCode code="F"/><birthTime value="19500102"/></patient></patientRole></recordTarget>
<author><time value="20260406"/><assignedAuthor><assignedPerson><name><given>Rita</given><family>Reader</family></name></assignedPerson>
<representedOrganization><name>Klinik am See</name></representedOrganization></assignedAuthor></author>
<component><structuredBody><component><section><title>Befund</title><text>Kein <content styleCode="Bold" onclick="window.ran = 1">Ödem</content>.<br/>10<sup>9</sup>/l
<script xmlns="http://www.w3.org/1999/xhtml">window.ran = 2</script><img xmlns="http://www.w3.org/1999/xhtml" src="x" onerror="window.ran = 3"/>
<linkHtml href="javascript:window.ran = 4">Link</linkHtml><list listType="ordered"><caption>Verlauf</caption><item>erstens</item><item>zweitens</item></list>
<table><thead><tr><th>Wert</th><th>Datum</th></tr></thead><tbody><tr><td>12,5</td><td>heute</td></tr><tr><td colspan="2">Summe</td></tr></tbody></table>
<renderMultiMedia referencedObject="M1"/></text>
<component><section><title>Medikation</title><text><paragraph>Aspirin <content revised="delete">100</content> 50 mg</paragraph></text></section></component>
</section></component></structuredBody></component></ClinicalDocument>`;

/** Writes them into a folder; they are of the image's study and name it. @returns the files */
export async function foreignDocuments(image: string, folder: string): Promise<string[]> {
  const files = ['foreign-report', 'letter', 'discharge'].map((name) => `${folder}/${name}.dcm`);
  const letter = `${folder}/discharge.xml`;
  writeFileSync(letter, LETTER, 'latin1');
  const { code, stderr } = await python(SCRIPT, image, ...files, letter);
  if (code !== 0) throw new Error(`The documents could not be made:\n${stderr}`);
  return files;
}
