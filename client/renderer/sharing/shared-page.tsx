// What a link opens: the study's page, for as long as the link is open; then words in its place.
import { effect, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { connectionState, strataClient } from '../shell/connection.ts';
import { StudyPage } from '../study/study-page.tsx';
import { sharingTexts } from '../words/sharing.ts';
import { sharedStudy } from './shared-study.ts';
import { openShared, ShareError } from './shares-client.ts';
import './sharing.css';

/** Looked at again now and then, so that nothing is shown after the end. */
const LOOK_EVERY_MS = 60_000;
const SOON_MS = 3_000;

export function SharedPage() {
  const closed = useSignal('');
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isEnded = false;
    const look = async () => {
      clearTimeout(timer);
      let pause = LOOK_EVERY_MS;
      try {
        const found = await openShared();
        if (sharedStudy.peek()?.studyUid !== found.studyUid) sharedStudy.value = found;
      } catch (error) {
        const code = error instanceof ShareError ? error.code : '';
        if (code.startsWith('share-')) {
          closed.value = code;
          strataClient().close();
        }
        // Nobody answers: what is shown stays, the end is told when somebody does.
        else pause = SOON_MS;
      }
      if (!isEnded && closed.peek() === '') timer = setTimeout(() => void look(), pause);
    };
    const end = effect(() => {
      // A server that turns a connection away says so first by its silence.
      if (connectionState.value !== 'connected' || sharedStudy.peek() === null) void look();
    });
    return () => {
      isEnded = true;
      clearTimeout(timer);
      end();
    };
  }, []);
  if (closed.value) return <Closed code={closed.value} />;
  return sharedStudy.value ? (
    <StudyPage uid={sharedStudy.value.studyUid} />
  ) : (
    <main class="link-closed" aria-busy="true">
      <p class="dim">{sharingTexts.value.opening}</p>
    </main>
  );
}

function Closed({ code }: { code: string }) {
  const { closed } = sharingTexts.value;
  const words =
    code === 'share-ended' ? closed.ended : code === 'share-revoked' ? closed.revoked : closed.unknown;
  return (
    <main class="link-closed" data-code={code}>
      <h1>{words.title}</h1>
      <p>{words.text}</p>
    </main>
  );
}
