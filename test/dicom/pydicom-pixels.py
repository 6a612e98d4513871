"""What pydicom makes of the pixels of files: a JSON line for each file named on standard input.

Of frames that must be equal: SHA-256 over the values of each frame as little endian doubles, samples of a pixel together,
masked to the stored bits. Of those that are compared value by value, the values themselves in a file of the folder that is
given as argument: lossy ones as little endian single floats, samples of more than 16 bits as doubles. A file that pydicom
does not decode is answered with its reason.
"""
import hashlib
import io
import json
import os
import sys
import warnings

import numpy
import PIL.Image
import pydicom
from pydicom.encaps import generate_pixel_data_frame

warnings.simplefilter("ignore")
pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE
BIG_ENDIAN = "1.2.840.10008.1.2.2"
HTJ2K = {"1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.4.202", "1.2.840.10008.1.2.4.203"}
LOSSY_JPEG = {"1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51"}
LOSSY = LOSSY_JPEG | {"1.2.840.10008.1.2.4.81", "1.2.840.10008.1.2.4.91", "1.2.840.10008.1.2.4.203"}


def frames_of(dataset):
    """The frames, and the decoder that made them."""
    syntax = dataset.file_meta.TransferSyntaxUID
    if syntax in HTJ2K:
        # Unknown to pydicom 2 and to GDCM, but not to the OpenJPEG behind them, which looks at the codestream.
        syntax = dataset.file_meta.TransferSyntaxUID = pydicom.uid.JPEG2000Lossless
    count = int(dataset.get("NumberOfFrames", 1) or 1)
    if syntax in LOSSY_JPEG and dataset.BitsStored == 8:
        images = [PIL.Image.open(io.BytesIO(frame)) for frame in generate_pixel_data_frame(dataset.PixelData, count)]
        if len(images) >= count:
            # Pillow and this project both give red, green and blue.
            return [numpy.asarray(image.convert("L" if dataset.SamplesPerPixel == 1 else "RGB")) for image in images[:count]]
    if syntax == BIG_ENDIAN and dataset.BitsAllocated == 8 and dataset["PixelData"].VR == "OW":
        # Bytes in words, which pydicom before version 3 leaves swapped (PS3.5 annex A.3).
        dataset.PixelData = numpy.frombuffer(dataset.PixelData, "u2").byteswap().tobytes()
    array = dataset.pixel_array
    return list(array) if count > 1 else [array]


def masked(frame, dataset):
    """The stored bits of native pixels, which pydicom leaves as they are."""
    if frame.dtype.kind == "f" or dataset.BitsAllocated in (1, 32, 64) or dataset.file_meta.TransferSyntaxUID.is_compressed:
        return frame
    stored = dataset.BitsStored
    shift = dataset.get("HighBit", stored - 1) - stored + 1
    if shift < 0 or shift + stored > dataset.BitsAllocated:
        shift = 0
    values = (frame.astype(numpy.int64) >> shift) & ((1 << stored) - 1)
    if dataset.get("PixelRepresentation", 0) == 1:
        values = (values ^ (1 << (stored - 1))) - (1 << (stored - 1))
    return values


def describe(path, folder):
    dataset = pydicom.dcmread(path, force=True)
    if not hasattr(dataset, "file_meta") or "TransferSyntaxUID" not in dataset.file_meta:
        raise ValueError("no file meta information")
    syntax = str(dataset.file_meta.TransferSyntaxUID)
    frames = [masked(frame, dataset) for frame in frames_of(dataset)]
    wide = dataset.get("BitsAllocated", 32) > 16 or frames[0].dtype.kind == "f"
    kind = "wide" if wide else f"{dataset.PhotometricInterpretation} {dataset.BitsStored} {dataset.PixelRepresentation}"
    lossy = str(dataset.get("LossyImageCompression", ""))
    answer = {"frames": len(frames), "syntax": syntax, "kind": kind, "lossy": lossy}
    if wide or syntax in LOSSY:
        name = hashlib.sha256(path.encode()).hexdigest()
        with open(os.path.join(folder, name), "wb") as out:
            for frame in frames:
                out.write(frame.astype("<f8" if wide else "<f4").tobytes())
        return {**answer, "values": name}
    digests = [hashlib.sha256(numpy.ascontiguousarray(frame).astype("<f8").tobytes()).hexdigest() for frame in frames]
    return {**answer, "digests": digests}


def answer_in_child(path, folder):
    """Decoders of native code may take the process with them: each file has one of its own."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        try:
            answer = describe(path, folder)
        except Exception as error:
            answer = {"reason": f"{type(error).__name__}: {error}"[:200]}
        with os.fdopen(write, "w") as out:
            json.dump(answer, out)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as answers:
        text = answers.read()
    os.waitpid(child, 0)
    return json.loads(text) if text else {"reason": "its decoder crashed"}


for line in sys.stdin:
    path = line.rstrip("\n")
    print(json.dumps({"file": path, **answer_in_child(path, sys.argv[1])}), flush=True)
