export const page = "<!doctype html><title>Evenkeel</title>";
export const pagePolicy = "default-src 'none'";
