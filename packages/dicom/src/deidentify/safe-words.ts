// Words of descriptions that tell of the examination and not of a person (Clean Descriptors, PS3.15 section E.3.5): parts of
// the body, directions, techniques and devices in general. A word that is not here goes.

const SAFE_WORDS = `
2d 3d 4d abd abdomen abdominal acquisition adc adrenal airway angio angiogram angiography ankle anterior aorta
aortic ap arch arm arms arterial artery asl ax axial axilla axillary b b0 b100 b1000 b400 b50 b500 b800 back
bilateral biopsy bladder body bold bone brachial brain bravo breast bronchus calcaneus calf calibration cardiac
carotid carpal cavity cc cerebral cervical cervix chest chst cine clavicle coccyx colon color colour contrast
cor coronal coronary cr cranial cranium cspine ct cube decubitus delay delayed diffusion disc dixon doppler dose
drainage dsa dti dual duodenum duplex dwi dx dynamic early ecg echo echocardiogram elbow emergency energy epi
erect es esophagus exam examination exp expiration extremity eye eyes face facial fast fat femoral femur fibula
field fiesta finger fingers first flair fluoro fluoroscopy fmri follow followup foot forearm fs fse gad
gadolinium gallbladder gated ge gland gradient gre groin hand hands hard haste head heart helical high hip hips
hires humerus iac ideal ileum iliac image images in inphase insp inspiration inversion io iv jaw jejunum joint
kernel kidney kidneys knee knees kvp larynx lat late lateral lava left leg legs limb liver localiser localizer
low lower lspine lt lumbar lung lungs m mammo mammogram mammography mandible map mapping maps maxilla me medial
mediastinum mg minip mip mlo mode mouth mp2rage mpr mprage mr mra mrcp mri mrs mrv multi multiecho multiple
muscle nasal native neck nerve nm noise nose obl oblique oct op opphase opposed opt optic oral orbit orbits out
ovary pa pancreas parotid patella pc pcasl pd pdw pelvic pelvis penis perfusion perineum pet phantom pharynx
phase pituitary placenta plain portal post posterior pre prone prostate protocol pt pulmonary px qa qc radius
ray recon reconstruction recovery rectum ref reference reformat renal res resolution rest resting rf rib ribs
right routine rt rtdose rtplan rtstruct run sacral sacroiliac sacrum sag sagittal sat scan scanogram scapula
scout screening scrotum se second seg sequential series shim shoulder shoulders single sinus sinuses sitting
skull slice slices soft space spect spectroscopy spgr spin spinal spine spiral spleen sr standard standing std
sternum stir stomach stress study supine survey swan swi t1 t1w t2 t2w tee temporal test testis thick thigh thin
third thoracic thorax thumb thyroid tibia tirm tissue tmj toe toes tof tomo tomosynthesis tongue topogram tra
trace tracew trachea tran transverse truefisp trufi trunk tse tspine tte ultrasound upper upright ureter urethra
us uterus vagina vein venous vertebra vessel vessels vibe vol volume vr w water weighted weighting whole window
with without wo wrist x xa xr xray
`;

const safe: ReadonlySet<string> = new Set(SAFE_WORDS.trim().split(/\s+/));

/**
 * The safe words of a text, in their order.
 * @param isIdentifying words of the list that in this object are somebody's name
 */
export function safeWords(text: string, isIdentifying: (word: string) => boolean): string {
  const words = text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return words.filter((word) => safe.has(word.toLowerCase()) && !isIdentifying(word)).join(' ');
}
