// SOP classes and instances of the services beside Storage (PS3.6 table A-1).

export const SopClass = {
  verification: '1.2.840.10008.1.1',
  storageCommitment: '1.2.840.10008.1.20.1',
  patientRootFind: '1.2.840.10008.5.1.4.1.2.1.1',
  patientRootMove: '1.2.840.10008.5.1.4.1.2.1.2',
  patientRootGet: '1.2.840.10008.5.1.4.1.2.1.3',
  studyRootFind: '1.2.840.10008.5.1.4.1.2.2.1',
  studyRootMove: '1.2.840.10008.5.1.4.1.2.2.2',
  studyRootGet: '1.2.840.10008.5.1.4.1.2.2.3',
  worklistFind: '1.2.840.10008.5.1.4.31',
  instanceAvailability: '1.2.840.10008.5.1.4.33',
} as const;

/** The one instance of the Storage Commitment Push Model (PS3.4 section J.3.5). */
export const COMMITMENT_INSTANCE = '1.2.840.10008.1.20.1.1';
