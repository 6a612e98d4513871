// The language of the pages and the name of who works here.

import { chooseLanguage, chosenLanguage, type Language, languageOf, languages } from '../words/language.ts';
import { settingsTexts } from '../words/settings.ts';
import { authorName, setAuthor } from './author.ts';

export function GeneralSettings() {
  const texts = settingsTexts.value;
  const asked = languages[languageOf(navigator.languages)];
  const choices: readonly (readonly [Language | null, string])[] = [
    [null, texts.browserLanguage(asked)],
    ...(Object.entries(languages) as [Language, string][]),
  ];
  return (
    <div class="general-settings">
      <fieldset>
        <legend>{texts.language}</legend>
        {choices.map(([choice, name]) => (
          <label key={choice ?? 'browser'} lang={choice ?? undefined}>
            <input
              type="radio"
              name="language"
              value={choice ?? 'browser'}
              checked={chosenLanguage.value === choice}
              onChange={() => chooseLanguage(choice)}
            />
            {name}
          </label>
        ))}
      </fieldset>
      <label for="author">{texts.author}</label>
      <input
        id="author"
        autocomplete="name"
        maxLength={64}
        aria-describedby="author-hint"
        value={authorName.value}
        onChange={({ currentTarget }) => setAuthor(currentTarget.value)}
      />
      <p class="dim" id="author-hint">
        {texts.authorHint}
      </p>
    </div>
  );
}
