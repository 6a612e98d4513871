// The attributes that are read, by the standard's keywords, and what the data dictionary says of any tag.
import { data } from 'dcmjs';

/** Tags as numbers, group in the upper 16 bits (PS3.6). */
export const Tag = {
  FileMetaInformationGroupLength: 0x00020000,
  FileMetaInformationVersion: 0x00020001,
  MediaStorageSOPClassUID: 0x00020002,
  MediaStorageSOPInstanceUID: 0x00020003,
  TransferSyntaxUID: 0x00020010,
  ImplementationClassUID: 0x00020012,
  ImplementationVersionName: 0x00020013,
  DirectoryRecordSequence: 0x00041220,
  SpecificCharacterSet: 0x00080005,
  SOPClassUID: 0x00080016,
  SOPInstanceUID: 0x00080018,
  StudyDate: 0x00080020,
  SeriesDate: 0x00080021,
  StudyTime: 0x00080030,
  SeriesTime: 0x00080031,
  AccessionNumber: 0x00080050,
  Modality: 0x00080060,
  ReferringPhysicianName: 0x00080090,
  StudyDescription: 0x00081030,
  SeriesDescription: 0x0008103e,
  RecommendedDisplayFrameRate: 0x00082144,
  PatientName: 0x00100010,
  PatientID: 0x00100020,
  IssuerOfPatientID: 0x00100021,
  PatientBirthDate: 0x00100030,
  PatientSex: 0x00100040,
  BodyPartExamined: 0x00180015,
  CineRate: 0x00180040,
  FrameTime: 0x00181063,
  FrameTimeVector: 0x00181065,
  StudyInstanceUID: 0x0020000d,
  SeriesInstanceUID: 0x0020000e,
  StudyID: 0x00200010,
  SeriesNumber: 0x00200011,
  InstanceNumber: 0x00200013,
  ImagePositionPatient: 0x00200032,
  ImageOrientationPatient: 0x00200037,
  Laterality: 0x00200060,
  ImageLaterality: 0x00200062,
  SliceLocation: 0x00201041,
  PlanePositionSequence: 0x00209113,
  PlaneOrientationSequence: 0x00209116,
  IconImageSequence: 0x00880200,
  DoseGridScaling: 0x3004000e,
  SamplesPerPixel: 0x00280002,
  PhotometricInterpretation: 0x00280004,
  PlanarConfiguration: 0x00280006,
  NumberOfFrames: 0x00280008,
  Rows: 0x00280010,
  Columns: 0x00280011,
  PixelSpacing: 0x00280030,
  PixelAspectRatio: 0x00280034,
  BitsAllocated: 0x00280100,
  BitsStored: 0x00280101,
  HighBit: 0x00280102,
  PixelRepresentation: 0x00280103,
  PixelPaddingValue: 0x00280120,
  PixelPaddingRangeLimit: 0x00280121,
  WindowCenter: 0x00281050,
  WindowWidth: 0x00281051,
  RescaleIntercept: 0x00281052,
  RescaleSlope: 0x00281053,
  RescaleType: 0x00281054,
  WindowCenterWidthExplanation: 0x00281055,
  VOILUTFunction: 0x00281056,
  RedPaletteColorLookupTableDescriptor: 0x00281101,
  RedPaletteColorLookupTableData: 0x00281201,
  SegmentedRedPaletteColorLookupTableData: 0x00281221,
  LossyImageCompression: 0x00282110,
  LossyImageCompressionRatio: 0x00282112,
  LossyImageCompressionMethod: 0x00282114,
  ModalityLUTSequence: 0x00283000,
  LUTDescriptor: 0x00283002,
  LUTExplanation: 0x00283003,
  ModalityLUTType: 0x00283004,
  LUTData: 0x00283006,
  VOILUTSequence: 0x00283010,
  PixelMeasuresSequence: 0x00289110,
  FrameVOILUTSequence: 0x00289132,
  PixelValueTransformationSequence: 0x00289145,
  PresentationLUTShape: 0x20500020,
  SharedFunctionalGroupsSequence: 0x52009229,
  PerFrameFunctionalGroupsSequence: 0x52009230,
  ExtendedOffsetTable: 0x7fe00001,
  ExtendedOffsetTableLengths: 0x7fe00002,
  FloatPixelData: 0x7fe00008,
  DoubleFloatPixelData: 0x7fe00009,
  PixelData: 0x7fe00010,
  DataSetTrailingPadding: 0xfffcfffc,
  Item: 0xfffee000,
  ItemDelimitationItem: 0xfffee00d,
  SequenceDelimitationItem: 0xfffee0dd,
} as const;

/** '(0010,0020)'. */
function tagText(tag: number): string {
  const hex = tag.toString(16).toUpperCase().padStart(8, '0');
  return `(${hex.slice(0, 4)},${hex.slice(4)})`;
}

/** '(0010,0020) PatientID', as a person finds it in the data dictionary; of private and unknown tags only the number. */
export function tagName(tag: number): string {
  const entry = data.DicomMetaDictionary.dictionary[tagText(tag)];
  return entry ? `${tagText(tag)} ${entry.name}` : tagText(tag);
}

/** The value representation that the data dictionary gives a tag, for implicit encodings: 'UN' if it knows none. */
export function dictionaryVr(tag: number): string {
  return data.DicomMetaDictionary.dictionary[tagText(tag)]?.vr ?? 'UN';
}
