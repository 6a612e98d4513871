// The kernels that the codec calls; each file holds one idea. All pointers are bytes, strides too; see ../FORMAT.md.
export { crc32c } from './crc32c';
export { forward } from './lifting-forward';
export { workStart } from './memory';
export { inverse } from './lifting-inverse';
export { estimateBits } from './estimate';
export { predictionErrors, undoPrediction } from './gradient';
export { encodeEvents } from './rans-encoder';
export { encodeBand, beginEvents, eventsEnd, magnitudeBits, sumCounts } from './band-encoder';
export { beginBits, endBits } from './raw-bits';
export { packBand } from './raw-band';
export { compactRows, clearPadding } from './rows';
export { sampleRange, samplesToPlanes, planesToSamples } from './samples';
export { findStep, nonZeros, takeSteps, undoSteps } from './steps';
export { findColours, listColours, listValues, markValues, numberColours, numbersToSamples, numberValues } from './palette';
export { chooseTables, fillModels, setPrototypes } from './table-chooser';
export { fault, forgetFaults } from './faults';
export { layFrame } from './frame';
export { lastTile, makeLevel } from './level-maker';
export { levelToEntries, levelToSamples, outputAt, packLevel, unpackLevel } from './level-output';
export {
  beginTables, firstPrototypeRoom, frequencies, initialRoom, placeTables, prototypeRoom, readTables,
} from './table-reader';
export { decodeTile, levelRoom } from './tile-decoder';
export { writeRepeats } from './repeats-encoder';
