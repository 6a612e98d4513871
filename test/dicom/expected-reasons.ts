// The test images that are not stored with pixels, each with its reason. Every other one must be.

/** Refused: the code that says why. */
export const refusals: Readonly<Record<string, string>> = {
  // Fragments for parsers: a few elements, no object.
  'extra/malformed/UN_sequence.dcm': 'missing-uid',
  'extra/malformed/private_SQ.dcm': 'missing-uid',
  'odd/fo-dicom/chrSQEncoding1.dcm': 'missing-uid',
  'odd/pydicom/nested_priv_SQ.dcm': 'missing-uid',
  'odd/pydicom/no_meta_group_length.dcm': 'missing-uid',
  // Images without a SOP Instance UID, or without a study: nothing could ask for them.
  'odd/fo-dicom/FreezePattern.dcm': 'missing-uid',
  'odd/pydicom-data/HTJ2KLossless_08_RGB.dcm': 'missing-uid',
  'odd/pydicom-data/HTJ2K_08_RGB.dcm': 'missing-uid',
  'odd/pydicom-data/JLSL_08_07_0_1F.dcm': 'missing-uid',
  'odd/pydicom-data/JLSL_RGB_ILV0.dcm': 'missing-uid',
  'odd/pydicom-data/JLSL_RGB_ILV1.dcm': 'missing-uid',
  'odd/pydicom-data/JLSL_RGB_ILV2.dcm': 'missing-uid',
  'odd/pylibjpeg/JPEGLosslessP14SV1_1s_1f_u_16_16.dcm': 'missing-uid',
  // Its UIDs are hexadecimal digests, not UIDs.
  'odd/pydicom/bad_sequence.dcm': 'missing-uid',
  // 65535 x 65535 pixels in its header and 256 bytes of them.
  'extra/malformed/dims_65535_no_data.dcm': 'truncated',
  // A byte before its first element.
  'odd/pydicom/no_meta.dcm': 'not-dicom',
  // Indexes of other files.
  'odd/fo-dicom/DICOMDIR.dcm': 'directory',
  'series/ct-philips/DIRFILE.dcm': 'directory',
};

/** Kept whole without pixels: the reason, or null for objects that have none. */
export const withoutPixels: Readonly<Record<string, string | null>> = {
  'extra/malformed/DX_4218x3420_header_only.dcm':
    'an image of 3420 x 4218 pixels came without its pixel data',
  'odd/fo-dicom/GH178.dcm': 'an image of 512 x 512 pixels came without its pixel data',
  'odd/fo-dicom/GH179A.dcm': 'an image of 512 x 512 pixels came without its pixel data',
  'odd/fo-dicom/chrKoreanMulti.dcm': 'an image of 32 x 32 pixels came without its pixel data',
  'odd/fo-dicom/genFile.dcm': 'frame 1 cannot be decoded: the bitstream does not begin as JPEG',
  'extra/malformed/orthanc_Issue111.dcm': null,
  'extra/malformed/orthanc_Issue154-d1.dcm': null,
  'extra/malformed/orthanc_Issue195.dcm': null,
  'odd/cornerstone/no-pixel-data.dcm': null,
  'odd/fo-dicom/Issue1097_FailToOpenDeflatedFileWithSQ.dcm': null,
  'odd/pydicom/ExplVR_LitEndNoMeta.dcm': null,
  'odd/pydicom/rtplan.dcm': null,
  'odd/pydicom/rtstruct.dcm': null,
  'odd/pydicom/test-SR.dcm': null,
};

/** Where dciodvfy has more to say of exports, and why. */
export const judgedAnew: Readonly<Record<string, string>> = {
  'odd/fo-dicom/GH364.dcm': 'its elements are out of order: dciodvfy stops there and does not see the rest',
  'odd/pydicom/image_dfl.dcm': 'dciodvfy does not read deflated data sets',
  'odd/pylibjpeg/JPEGLossless_1s_1f_i_16_16_bad.dcm':
    'its meta information names another instance; that of an export repeats the bad UID of the data set',
};

/** GDCM fails at it and pydicom gives the zeros that are left; decoded by DCMTK before pydicom reads it. */
export const decodedByDcmtk = 'wg04/MR1_JLSL.dcm';
