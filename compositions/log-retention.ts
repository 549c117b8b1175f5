/** Days that logs are kept: long enough to look into an incident that was noticed late. */
export const logRetentionDays = 30;
