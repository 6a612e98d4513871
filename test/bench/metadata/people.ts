// Names of patients and physicians as hospitals have them: a few are frequent, most are rare, many scripts, double names.
import { seeded } from '@strata/stream/testing/seeded';
import { pick, skewed } from './numbers.ts';

const frequent =
  'Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner Krause Meier Lehmann Schmid Köhler Huber Kaiser Fuchs Peters Lang Scholz Möller Weiß Jung Hahn Vogel Keller Günther Frank Berger Winkler Roth Beck Lorenz Baumann García Nguyen Smith Özdemir Yılmaz Kovács Novák Dvořák Łukasiewicz Wiśniewski Świątek Çelik Gonçalves Muñoz Béranger Lefèvre Ångström Sørensen Jørgensen Þórsdóttir O’Brien MacDonald d’Angelo'.split(
    ' ',
  );
const beginnings =
  'Al Bar Ber Brun Dah Dorn Eck Ehr Fal Fern Gar Ger Gold Grün Ha Hell Hirsch Ing Jan Kal Kirch Kor Lind Löw Mar Mei Nie Nord Ober Ost Plat Quin Ros Sand Schön Sieg Stein Stra Tal Tur Ul Vier Wald Wein Wies Zahn Zie'.split(
    ' ',
  );
const middles =
  'a be bel den der en er fe gel hei i ken kel le len mer nau o ren ri sen stei ten ü ver wig zel'.split(' ');
const ends =
  'ach au bach berg brecht burg dorf er feld hagen heim hofer hoff huber inger kamp mann meier ová owski rath reuter schmidt stein thal wald'.split(
    ' ',
  );
const families = [
  ...frequent,
  ...ends.flatMap((end) => middles.flatMap((middle) => beginnings.map((first) => `${first}${middle}${end}`))),
];
const givens =
  'Anna Peter Maria Thomas Ursula Michael Monika Andreas Petra Stefan Sabine Wolfgang Renate Klaus Helga Jürgen Karin Günter Brigitte Hans Ingrid Jörg Erika Manfred Andrea Uwe Gisela Bernd Claudia Frank Susanne Matthias Zoë René Anaïs Björn Çağla François Łucja Žaneta Søren Mária Noël Inés Émile Aurélie Matěj Kateřina Gül Zsófia'.split(
    ' ',
  );
const japanese = [
  ['Yamada', '山田', 'やまだ'],
  ['Satou', '佐藤', 'さとう'],
  ['Suzuki', '鈴木', 'すずき'],
  ['Takahashi', '高橋', 'たかはし'],
  ['Tanaka', '田中', 'たなか'],
  ['Watanabe', '渡辺', 'わたなべ'],
] as const;
const japaneseGivens = [
  ['Tarou', '太郎', 'たろう'],
  ['Hanako', '花子', 'はなこ'],
  ['Kenji', '健二', 'けんじ'],
  ['Yuki', '由紀', 'ゆき'],
] as const;
const chinese = [
  ['Wang', '王'],
  ['Li', '李'],
  ['Zhang', '张'],
  ['Liu', '刘'],
  ['Chen', '陈'],
] as const;
const chineseGivens = [
  ['Wei', '伟'],
  ['Fang', '芳'],
  ['XiaoDong', '小东'],
  ['Li', '丽'],
] as const;
const korean = ['김', '이', '박', '최', '정'];
const koreanGivens = ['희중', '민준', '서연', '지훈'];
const russian = 'Иванов Смирнов Кузнецов Попов Васильев Петров Соколов Михайлов Новиков Фёдоров'.split(' ');
const russianGivens = 'Пётр Анна Сергей Ольга Дмитрий Мария Алексей Елена'.split(' ');
const arabic = ['محمد', 'الأحمد', 'حسن', 'العلي'];
const arabicGivens = ['علي', 'فاطمة', 'أحمد', 'زينب'];
const greek = ['Παπαδόπουλος', 'Σίσυφος', 'Γεωργίου'];
const greekGivens = ['Μαρία', 'Γιώργος', 'Άννα'];

/** The name of a person by a number, as DICOM writes it (PS3.5 section 6.2). */
export function personName(person: number): string {
  const random = seeded(person * 2 + 1);
  const kind = random();
  if (kind < 0.85) return western(random);
  if (kind < 0.89) {
    const [family, given] = [pick(japanese, random()), pick(japaneseGivens, random())];
    return [0, 1, 2].map((group) => `${family[group]}^${given[group]}`).join('=');
  }
  if (kind < 0.92) {
    const [family, given] = [pick(chinese, random()), pick(chineseGivens, random())];
    return `${family[0]}^${given[0]}=${family[1]}^${given[1]}`;
  }
  if (kind < 0.94) return `${pick(korean, random())}^${pick(koreanGivens, random())}`;
  if (kind < 0.97) return `${pick(russian, random())}^${pick(russianGivens, random())}`;
  if (kind < 0.99) return `${pick(arabic, random())}^${pick(arabicGivens, random())}`;
  return `${pick(greek, random())}^${pick(greekGivens, random())}`;
}

function western(random: () => number): string {
  const family = skewed(families, random());
  const double = random() < 0.08 ? `-${skewed(families, random())}` : '';
  const given = skewed(givens, random(), 1.5);
  const second = random() < 0.2 ? `^${pick(givens, random())}` : '';
  const written = `${family}${double}^${given}${second}`;
  return random() < 0.3 ? written.toUpperCase() : written;
}

/** The name of a referring physician by a number. */
export function physicianName(physician: number): string {
  const random = seeded(physician * 2);
  return `${skewed(families, random(), 1.2)}^${pick(givens, random())}^^Dr.`;
}
