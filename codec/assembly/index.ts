// The kernels that the codec calls; each file holds one idea. All pointers are bytes, strides too; see ../FORMAT.md.
export { crc32c } from './crc32c';
export { forward } from './lifting-forward';
export { workStart } from './memory';
export { inverse } from './lifting-inverse';
export { estimateBits } from './estimate';
export { predictionErrors, undoPrediction } from './gradient';
export { fillDecodeTables, tableSet } from './decode-table';
export { openStream, closeStream } from './rans-decoder';
export { encodeEvents } from './rans-encoder';
export { decodeBand } from './band-decoder';
export { encodeBand, beginEvents, eventsEnd, magnitudeBits, sumCounts } from './band-encoder';
export { beginBits, endBits, openBits, closeBits } from './raw-bits';
export { packBand, unpackBand } from './raw-band';
export { compactRows, clearRows, clearPadding } from './rows';
export { sampleRange, samplesToPlanes, planesToSamples } from './samples';
export { findStep, nonZeros, takeSteps, undoSteps } from './steps';
export { findColours, markValues, numberColours, numbersToSamples, numberValues } from './palette';
export { chooseTables, fillModels, setPrototypes } from './table-chooser';
