// The sheet for the printer: pictures side by side, nothing else of the page.
import { useEffect, useRef } from 'preact/hooks';
import { exportTexts } from '../words/exporting.ts';
import type { ExportModel, ToPrint } from './export-model.ts';

export function PrintSheet({ exporting }: { exporting: ExportModel }) {
  const print = exporting.print.value;
  return print && <Sheet print={print} exporting={exporting} />;
}

function Sheet({ print, exporting }: { print: ToPrint; exporting: ExportModel }) {
  const sheet = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const done = () => exporting.printed();
    addEventListener('afterprint', done);
    const pictures = [...(sheet.current?.querySelectorAll('img') ?? [])];
    void Promise.all(pictures.map((picture) => picture.decode())).then(() => globalThis.print());
    return () => removeEventListener('afterprint', done);
  }, [exporting]);
  return (
    <div ref={sheet} class="print-sheet" style={{ '--columns': print.columns }}>
      {print.pictures.map(({ url }, at) => (
        <img key={url} src={url} alt={exportTexts.value.printed(at + 1)} />
      ))}
    </div>
  );
}
