// DICOM dates and times as people read them, unambiguous in every country: 2024-03-09, 14:05.

/** `20240309` (or the old `2024.03.09`) as `2024-03-09`; anything else as it stands. */
export function displayDate(date: string): string {
  const match = /^(\d{4})\.?(\d{2})\.?(\d{2})$/.exec(date.trim());
  return match ? `${match[1]}-${match[2]}-${match[3]}` : date.trim();
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
 * @returns `63 y`, `14 m`, `12 d`, or '' when a date is missing or no one gets that old
 */
export function ageAt(birthDate: string, studyDate: string): string {
  const birth = calendarDay(birthDate);
  const study = calendarDay(studyDate);
  if (!birth || !study || study.time < birth.time) return '';
  const before = study.day < birth.day ? 1 : 0;
  const months = (study.year - birth.year) * 12 + study.month - birth.month - before;
  if (months > oldest * 12) return '';
  if (months >= 24) return `${Math.floor(months / 12)} y`;
  if (months >= 2) return `${months} m`;
  return `${Math.round((study.time - birth.time) / 86_400_000)} d`;
}

function calendarDay(date: string): { year: number; month: number; day: number; time: number } | null {
  const match = /^(\d{4})(\d{2})(\d{2})$/.exec(date);
  if (!match) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  return { year, month, day, time: Date.UTC(year, month - 1, day) };
}

/** A day as YYYY-MM-DD in local time, so many days before another. */
export function fieldDateBefore(today: Date, days: number): string {
  const day = new Date(today.getFullYear(), today.getMonth(), today.getDate() - days);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}
