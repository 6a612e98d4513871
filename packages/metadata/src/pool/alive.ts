// Whether a server lives, in SQL: its lease holds by the clock of the database.
import { sql } from 'kysely';

/**
 * For queries with the table `servers`. Who was heard in the future was heard before the clock was set back: it is dead
 * until it is heard again, which takes a living one a second.
 */
export const isAlive = sql<boolean>`(lease_until > now() and seen_at < now() + interval '1 second')`;
