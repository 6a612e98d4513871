// A clinical document as calm text: its head, its sections with paragraphs, lists and tables.
import { displayDate, displayDateTime } from '../../format/dates.ts';
import { displayName } from '../../format/person-name.ts';
import { clinicalTexts } from '../../words/clinical.ts';
import type { Block, ClinicalDocument, Row, Run, Signed } from './clinical-document.ts';
import './clinical.css';

export function ClinicalView({ document }: { document: ClinicalDocument }) {
  const words = clinicalTexts.value;
  const { title, language, sections, left } = document;
  return (
    <article class="document-text clinical">
      <h2 lang={language || undefined}>{title || words.untitled}</h2>
      <Head document={document} />
      <div lang={language || undefined}>
        {sections.map(({ title: heading, depth, blocks }, at) => (
          <section key={at} class="narrative" style={{ marginInlineStart: `${depth * 14}px` }}>
            {heading && <h3 data-depth={depth}>{heading}</h3>}
            <Blocks blocks={blocks} />
          </section>
        ))}
      </div>
      {sections.length === 0 && left.length === 0 && <p class="dim">{words.empty}</p>}
      {left.length > 0 && (
        <aside class="problems" role="note">
          {left.map((what) => (
            <p key={what}>{words.left[what]}</p>
          ))}
        </aside>
      )}
    </article>
  );
}

function Head({
  document: { patient, written, authors, signers, custodian },
}: {
  document: ClinicalDocument;
}) {
  const words = clinicalTexts.value;
  const { name, id, birthDate, sex } = patient;
  const who = [displayName(name), displayDate(birthDate), sex, id].filter(Boolean).join(' · ');
  const when = momentOf(written);
  return (
    <div class="facts">
      {who && <p>{`${words.patient} ${who}`}</p>}
      {when && <p>{`${words.written} ${when}`}</p>}
      {authors.map((author, at) => (
        <p key={at}>{`${words.author} ${signedText(author)}`}</p>
      ))}
      {signers.map((signer, at) => (
        <p key={at}>{`${words.signed} ${signedText(signer)}`}</p>
      ))}
      {custodian && <p>{`${words.custodian} ${custodian}`}</p>}
    </div>
  );
}

const signedText = ({ name, organization, at }: Signed): string =>
  [displayName(name), organization, momentOf(at)].filter(Boolean).join(' · ') || '–';

const momentOf = (value: string): string => displayDateTime(value.slice(0, 8), value.slice(8));

function Blocks({ blocks }: { blocks: readonly Block[] }) {
  return (
    <>
      {blocks.map((block, at) => (
        <OneBlock key={at} block={block} />
      ))}
    </>
  );
}

function OneBlock({ block }: { block: Block }) {
  const { caption } = block;
  if (block.kind === 'paragraph') {
    return (
      <>
        {caption && <h4>{caption}</h4>}
        <p>
          <Runs runs={block.runs} />
        </p>
      </>
    );
  }
  if (block.kind === 'list') {
    const items = block.items.map((blocks, at) => (
      <li key={at}>
        <Blocks blocks={blocks} />
      </li>
    ));
    return (
      <>
        {caption && <h4>{caption}</h4>}
        {block.isOrdered ? <ol>{items}</ol> : <ul>{items}</ul>}
      </>
    );
  }
  const heads = block.rows.filter(({ isHead }) => isHead);
  const rows = block.rows.filter(({ isHead }) => !isHead);
  return (
    <div class="table">
      <table>
        {caption && <caption>{caption}</caption>}
        {heads.length > 0 && (
          <thead>
            <Rows rows={heads} />
          </thead>
        )}
        <tbody>
          <Rows rows={rows} />
        </tbody>
      </table>
    </div>
  );
}

function Rows({ rows }: { rows: readonly Row[] }) {
  return (
    <>
      {rows.map(({ cells, isHead: isHeadRow }, at) => (
        <tr key={at}>
          {cells.map(({ isHead, columns, rows: high, blocks }, place) => {
            const span = { colSpan: columns, rowSpan: high };
            return isHead || isHeadRow ? (
              <th key={place} scope={isHeadRow ? 'col' : 'row'} {...span}>
                <Blocks blocks={blocks} />
              </th>
            ) : (
              <td key={place} {...span}>
                <Blocks blocks={blocks} />
              </td>
            );
          })}
        </tr>
      ))}
    </>
  );
}

function Runs({ runs }: { runs: readonly Run[] }) {
  return (
    <>
      {runs.map(({ text, look }, at) =>
        look.length === 0 ? (
          text
        ) : (
          <span key={at} data-look={look.join(' ')}>
            {text}
          </span>
        ),
      )}
    </>
  );
}
