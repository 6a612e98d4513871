// DICOM dates and times as people read them: 09.03.2024 in German; in English, which has no one order, 2024-03-09.
import { formatTexts } from '../words/format.ts';
import { calendarDate } from '../words/moments.ts';

/** `20240309` (or the old `2024.03.09`) as the language writes dates; anything else as it stands. */
export function displayDate(date: string): string {
  const day = calendarDay(date.trim().replaceAll('.', ''));
  return day ? calendarDate(day.year, day.month, day.day) : date.trim();
}

/** `140512.123` as `14:05`; anything shorter than hours and minutes is left out. */
export function displayTime(time: string): string {
  const match = /^(\d{2}):?(\d{2})/.exec(time.trim());
  return match ? `${match[1]}:${match[2]}` : '';
}

/** Date and time in one, whatever of them there is. */
export function displayDateTime(date: string, time: string): string {
  return [displayDate(date), displayTime(time)].filter(Boolean).join(' ');
}

/** `2024-03-09` (a date field) as `20240309`; an empty or impossible date as ''. */
export function dicomDate(fieldValue: string): string {
  return /^\d{4}-\d{2}-\d{2}$/.test(fieldValue) ? fieldValue.replaceAll('-', '') : '';
}

/** Years; birth dates far in the past stand for unknown ones. */
const oldest = 130;

/**
 * Age at the day of the study: years from two years on, months from two months on, else days.
 * @param birthDate YYYYMMDD
 * @param studyDate YYYYMMDD
 * @returns `63 y`, `14 m`, `12 d` (`63 J`, ...), or '' when a date is missing or no one gets that old
 */
export function ageAt(birthDate: string, studyDate: string): string {
  const birth = calendarDay(birthDate);
  const study = calendarDay(studyDate);
  if (!birth || !study || study.time < birth.time) return '';
  const before = study.day < birth.day ? 1 : 0;
  const months = (study.year - birth.year) * 12 + study.month - birth.month - before;
  if (months > oldest * 12) return '';
  if (months >= 24) return formatTexts.value.years(Math.floor(months / 12));
  if (months >= 2) return formatTexts.value.months(months);
  return formatTexts.value.days(Math.round((study.time - birth.time) / 86_400_000));
}

function calendarDay(date: string): { year: number; month: number; day: number; time: number } | null {
  const match = /^(\d{4})(\d{2})(\d{2})$/.exec(date);
  if (!match) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const time = Date.UTC(year, month - 1, day);
  // There is no 30th of February: nobody is to read another day than the file has.
  return new Date(time).getUTCDate() === day ? { year, month, day, time } : null;
}

/** A day as YYYY-MM-DD in local time, so many days before another. */
export function fieldDateBefore(today: Date, days: number): string {
  const day = new Date(today.getFullYear(), today.getMonth(), today.getDate() - days);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}
