// A report as calm text: its state, headings, paragraphs, values with their units, and images that can be shown.
import type { DocumentPart, NamedObject, ReportAnswer } from '@strata/protocol/documents';
import { displayDate, displayDateTime, displayTime } from '../format/dates.ts';
import { displayName } from '../format/person-name.ts';
import { kindOfDocument } from '../study/stack.ts';
import type { StudySeries } from '../study/study-model.ts';
import { reportTexts } from '../words/reports.ts';
import { type DocumentLine, linesOf } from './document-lines.ts';
import { type ImageFound, imageOf } from './find-image.ts';
import { roundedNumber } from './rounded-number.ts';
import './reports.css';

interface ViewProps {
  readonly report: ReportAnswer;
  /** Series whose images can be shown. */
  readonly series: readonly StudySeries[];
  readonly onImage: (image: ImageFound) => void;
}

export function DocumentView({ report, ...shared }: ViewProps) {
  const words = reportTexts.value;
  return (
    <article class="document-text">
      <h2>{report.title || words.untitled}</h2>
      <Facts report={report} />
      {linesOf(report.parts, report.authors).map((line, at) => (
        <Line key={at} line={line} {...shared} />
      ))}
      {report.problems.length > 0 && (
        <aside class="problems" role="note">
          <p>{words.unreadable}</p>
          <ul>
            {report.problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </aside>
      )}
    </article>
  );
}

/** Under the title: how far the document is, when it was written and by whom, who verified it. */
function Facts({ report }: { report: ReportAnswer }) {
  const words = reportTexts.value;
  const { stage, completion, verification, written, authors, observers, predecessors } = report;
  const states = [
    stage && words[stage],
    completion && words[completion],
    verification && words[verification],
    predecessors.length > 0 ? words.follows(predecessors.length) : '',
  ].filter(Boolean);
  const by = authors.map(displayName).filter(Boolean).join('; ');
  const when = dateTimeText(written);
  return (
    <div class="facts">
      {states.length > 0 && <p data-stage={stage}>{states.join(' · ')}</p>}
      {(when || by) && <p>{[words.written, when, by && `${words.by} ${by}`].filter(Boolean).join(' ')}</p>}
      {observers.map(({ name, organization, at }) => (
        <p key={`${name} ${at}`}>
          {[words.verifiedBy, displayName(name), statedText(organization), dateTimeText(at)]
            .filter(Boolean)
            .join(' ')}
        </p>
      ))}
    </div>
  );
}

/** The attribute must have a value: programs that know none say so in words. */
const unstated = /^(not stated|unknown|unspecified|none|n\/?a|-+|\?+)$/i;

const statedText = (organization: string): string =>
  organization === '' || unstated.test(organization.trim()) ? '' : `(${organization})`;

type Shared = Omit<ViewProps, 'report'>;

function Line({ line, ...shared }: Shared & { line: DocumentLine }) {
  const style = { marginInlineStart: `${line.depth * 14}px` };
  if (line.kind === 'flow') {
    return (
      <p class="flow" style={style}>
        {line.parts.map((part, at) => (
          <span key={at} title={part.name}>
            <Value part={part} {...shared} />{' '}
          </span>
        ))}
      </p>
    );
  }
  const { part } = line;
  if (line.kind === 'heading') {
    return (
      <h3 style={style} title={part.code} data-depth={line.depth}>
        {part.name}
      </h3>
    );
  }
  if (line.kind === 'text') {
    return (
      <section class="text" style={style}>
        {part.name && <h4 title={part.code}>{part.name}</h4>}
        <p>{part.text}</p>
      </section>
    );
  }
  return (
    <div class="value" data-aside={line.aside} style={style}>
      <span class="name" title={part.code}>
        {part.name}
      </span>
      <span>
        <Value part={part} {...shared} />
      </span>
    </div>
  );
}

function Value({ part, series, onImage }: Shared & { part: DocumentPart }) {
  const { type, objects } = part;
  if (type === 'image' || type === 'object' || type === 'waveform') {
    return (
      <>
        {objects.map((named) => (
          <Named key={named.sopInstanceUid} named={named} type={type} series={series} onImage={onImage} />
        ))}
      </>
    );
  }
  return <span title={type === 'number' ? roundedFrom(part) : undefined}>{valueText(part)}</span>;
}

/** An object that is named: a button where it is an image at hand. */
function Named({
  named,
  type,
  series,
  onImage,
}: Shared & { named: NamedObject; type: DocumentPart['type'] }) {
  const words = reportTexts.value;
  const found = imageOf(named, series);
  if (!found) {
    const kind = type === 'waveform' ? words.waveform : kindOfDocument(named.sopClassUid);
    return (
      <span class="dim">{`${type === 'image' ? words.image('').trim() : kind}: ${words.elsewhere}`}</span>
    );
  }
  const { manifest } = found.series;
  const frames = named.frames.length > 0 ? words.frame(named.frames[0] ?? 1) : '';
  const where = [`${manifest.modality} ${manifest.number ?? ''}`.trim(), String(found.index + 1), frames];
  return (
    <button
      type="button"
      class="button image-link"
      title={words.showImage}
      data-image={named.sopInstanceUid}
      onClick={() => onImage(found)}
    >
      {words.image(where.filter(Boolean).join(' · '))}
    </button>
  );
}

const withUnit = (number: string, unit: string): string =>
  [number, unit].filter(Boolean).join(/^°$/.test(unit) ? '' : ' ');

/** A number with all its digits, where not all of them are shown. */
function roundedFrom(part: DocumentPart): string | undefined {
  const exact = withUnit(part.text, part.unit);
  return part.text && valueText(part) !== exact ? exact : undefined;
}

function valueText({ type, text, unit }: DocumentPart): string {
  const words = reportTexts.value;
  switch (type) {
    case 'number':
      return text ? withUnit(roundedNumber(text, unit), unit) : words.noValue;
    case 'date':
      return displayDate(text);
    case 'time':
      return displayTime(text) || text;
    case 'datetime':
      return dateTimeText(text);
    case 'person':
      return displayName(text);
    case 'points':
      return words.points(text);
    case 'moments':
      return words.moments;
    case 'table':
      return words.table;
    case 'reference':
      return words.reference(text);
    case 'unknown':
      return words.unknown;
    default:
      return text;
  }
}

/** `20010213184746` as people read it. */
function dateTimeText(value: string): string {
  return displayDateTime(value.slice(0, 8), value.slice(8));
}
