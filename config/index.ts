export { platformConfig } from "./schema";
export { readPlatformConfig, toPlatformArgs } from "./read";
