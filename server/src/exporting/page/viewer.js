// The small viewer: scroll, window, zoom. Plain script for any browser, from a file without a server.
(() => {
  const $ = (id) => document.getElementById(id);
  const canvas = $('image');
  /** Decoded frames, the one used longest ago first. */
  const kept = new Map();
  const MAX_KEPT_BYTES = 256 * 1024 * 1024;
  const waiting = new Map();
  let study = null;
  const view = { series: null, index: 0, window: null, inverted: false, zoom: 1, x: 0, y: 0 };
  /** What the browser lets a test, or a person with a console, see. */
  const state = { shown: 0, count: 0, series: 0, window: null, zoom: 1, problem: '' };
  window.smallViewer = state;

  const arrays = {
    rgb: Uint8Array,
    uint8: Uint8Array,
    int8: Int8Array,
    uint16: Uint16Array,
    int16: Int16Array,
  };

  window.strataStudy = (loaded) => {
    study = loaded;
    const { patient } = study;
    const name = patient.name.split('=')[0].split('^').filter(Boolean).join(', ');
    $('patient').textContent = [name, patient.id].filter(Boolean).join(' · ');
    $('study').textContent = [day(study.study.date), study.study.description].filter(Boolean).join(' · ');
    document.title = name || 'Images';
    for (const series of study.series) $('series').append(buttonOf(series));
    state.series = study.series.length;
    open(study.series[0]);
  };

  /** A frame's script calls this with its pixels. */
  window.strataPixels = (file, packed) => {
    const wanted = waiting.get(file);
    waiting.delete(file);
    if (wanted) unpack(packed).then(wanted.resolve, wanted.reject);
  };

  function day(date) {
    return date.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3');
  }

  function buttonOf(series) {
    const button = document.createElement('button');
    const [title, count] = [document.createElement('div'), document.createElement('span')];
    const number = series.number === null ? '' : `Series ${series.number}`;
    title.textContent = [series.modality, number, series.description].filter(Boolean).join(' · ');
    count.textContent = `${series.frames.length} image${series.frames.length === 1 ? '' : 's'}`;
    button.append(title, count);
    button.onclick = () => open(series);
    series.button = button;
    return button;
  }

  function open(series) {
    for (const one of study.series) one.button.setAttribute('aria-current', String(one === series));
    Object.assign(view, { series, window: null, inverted: false, zoom: 1, x: 0, y: 0 });
    goTo(Math.floor(series.frames.length / 2));
  }

  async function unpack(packed) {
    const bytes = Uint8Array.from(atob(packed), (char) => char.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
    return new Response(stream).arrayBuffer();
  }

  /** A page from a file may fetch nothing; but it may load scripts. */
  function load(frame) {
    const known = kept.get(frame.file);
    if (known) {
      kept.delete(frame.file);
      kept.set(frame.file, known);
      return known;
    }
    const loading = new Promise((resolve, reject) => {
      const script = document.createElement('script');
      waiting.set(frame.file, { resolve, reject });
      script.src = `VIEWER/${frame.file}.JS`;
      script.onload = () => script.remove();
      script.onerror = () => reject(new Error(`The file VIEWER/${frame.file}.JS cannot be read.`));
      document.head.append(script);
    });
    kept.set(frame.file, loading);
    loading.catch(() => kept.delete(frame.file));
    forget();
    return loading;
  }

  function forget() {
    const bytesOf = ({ size: [width, height] }) => width * height * 2;
    const frames = new Map(study.series.flatMap(({ frames }) => frames.map((one) => [one.file, one])));
    let bytes = 0;
    for (const file of kept.keys()) bytes += bytesOf(frames.get(file));
    for (const file of kept.keys()) {
      if (bytes <= MAX_KEPT_BYTES) return;
      kept.delete(file);
      bytes -= bytesOf(frames.get(file));
    }
  }

  async function goTo(index) {
    const { frames } = view.series;
    view.index = Math.max(0, Math.min(frames.length - 1, index));
    await draw();
    for (const near of [view.index + 1, view.index - 1]) {
      if (frames[near]) load(frames[near]).catch(() => {});
    }
  }

  async function draw() {
    const frame = view.series.frames[view.index];
    try {
      const pixels = await load(frame);
      if (view.series.frames[view.index] !== frame) return;
      paint(frame, new arrays[frame.samples](pixels));
      say(frame, '');
    } catch (error) {
      if (view.series.frames[view.index] === frame) say(frame, error.message);
    }
  }

  function windowOf(frame) {
    return view.window ?? { centre: frame.centre, width: frame.width };
  }

  /** What a value is shown as, 0 to 255 (PS3.3 C.11.2.1.2). */
  function shadeOf(frame) {
    const { centre, width } = windowOf(frame);
    const inverted = frame.inverted !== view.inverted;
    const exact = frame.curve !== 'LINEAR' || width <= 1;
    const [middle, span] = exact ? [centre, Math.max(width, 1e-6)] : [centre - 0.5, width - 1];
    return (stored) => {
      const value = stored * frame.slope + frame.intercept;
      const part =
        frame.curve === 'SIGMOID'
          ? 1 / (1 + Math.exp((-4 * (value - centre)) / width))
          : (value - middle) / span + 0.5;
      const shown = 255 * Math.max(0, Math.min(1, part));
      return inverted ? 255 - shown : shown;
    };
  }

  function paint(frame, values) {
    const [width, height] = frame.size;
    const picture = new ImageData(width, height);
    const { data } = picture;
    if (frame.samples === 'rgb') {
      const flip = view.inverted ? 255 : 0;
      for (let at = 0, to = 0; to < data.length; at += 3, to += 4) {
        for (let one = 0; one < 3; one++) data[to + one] = values[at + one] ^ flip;
        data[to + 3] = 255;
      }
    } else {
      const shade = shadeOf(frame);
      for (let at = 0, to = 0; to < data.length; at++, to += 4) {
        data[to] = data[to + 1] = data[to + 2] = shade(values[at]);
        data[to + 3] = 255;
      }
    }
    const source = new OffscreenCanvas(width, height);
    source.getContext('2d').putImageData(picture, 0, 0);
    const scale = devicePixelRatio;
    canvas.width = canvas.clientWidth * scale;
    canvas.height = canvas.clientHeight * scale;
    const shape = [frame.fullSize[0], frame.fullSize[1] * frame.aspect];
    const fit = Math.min(canvas.width / shape[0], canvas.height / shape[1]) * view.zoom;
    const context = canvas.getContext('2d');
    context.imageSmoothingQuality = 'high';
    context.translate(canvas.width / 2 + view.x * scale, canvas.height / 2 + view.y * scale);
    context.drawImage(source, (-shape[0] * fit) / 2, (-shape[1] * fit) / 2, shape[0] * fit, shape[1] * fit);
  }

  function say(frame, problem) {
    const { centre, width } = windowOf(frame);
    const [columns, rows] = frame.fullSize;
    $('words').textContent = problem;
    $('place').textContent = `Image ${view.index + 1}/${view.series.frames.length} · ${columns} × ${rows}`;
    $('shading').textContent = frame.samples === 'rgb' ? '' : `C ${round(centre)} W ${round(width)}`;
    for (const [at, edge] of ['left', 'right', 'top', 'bottom'].entries())
      $(edge).textContent = frame.edges?.[at] ?? '';
    $('lacks').textContent = frame.lacks ? `Not for diagnosis: ${frame.lacks}` : '';
    const shown = problem ? 0 : view.index + 1;
    Object.assign(state, {
      shown,
      count: view.series.frames.length,
      window: { centre, width },
      zoom: view.zoom,
      problem,
    });
  }

  function round(value) {
    return Math.abs(value) < 10 ? Number(value.toPrecision(3)) : Math.round(value);
  }

  canvas.addEventListener('wheel', (event) => {
    event.preventDefault();
    goTo(view.index + Math.sign(event.deltaY));
  });
  canvas.addEventListener('contextmenu', (event) => event.preventDefault());
  canvas.addEventListener('pointerdown', (event) => canvas.setPointerCapture(event.pointerId));
  canvas.addEventListener('pointermove', (event) => {
    const { buttons, movementX, movementY } = event;
    if (buttons === 0) return;
    const frame = view.series.frames[view.index];
    if (buttons & 4) [view.x, view.y] = [view.x + movementX, view.y + movementY];
    else if (buttons & 2) view.zoom = Math.max(0.1, Math.min(40, view.zoom * 1.01 ** -movementY));
    else {
      const { centre, width } = windowOf(frame);
      const step = Math.max(frame.width / 256, 0.01);
      view.window = { centre: centre + movementY * step, width: Math.max(1, width + movementX * step) };
    }
    draw();
  });

  const keys = {
    ArrowDown: () => goTo(view.index + 1),
    ArrowRight: () => goTo(view.index + 1),
    ArrowUp: () => goTo(view.index - 1),
    ArrowLeft: () => goTo(view.index - 1),
    PageDown: () => goTo(view.index + 10),
    PageUp: () => goTo(view.index - 10),
    Home: () => goTo(0),
    End: () => goTo(view.series.frames.length - 1),
    '+': () => zoom(1.25),
    '-': () => zoom(0.8),
    0: () => {
      view.window = null;
      draw();
    },
    f: () => {
      Object.assign(view, { zoom: 1, x: 0, y: 0 });
      draw();
    },
    i: () => {
      view.inverted = !view.inverted;
      draw();
    },
  };

  function zoom(factor) {
    view.zoom = Math.max(0.1, Math.min(40, view.zoom * factor));
    draw();
  }

  addEventListener('keydown', (event) => {
    const run = study && keys[event.key];
    if (!run || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    run();
  });
  addEventListener('resize', () => study && draw());
})();
