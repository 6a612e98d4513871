// The name under which PostgreSQL wakes those who follow the changes.

export const CHANNEL = 'strata_changes';
