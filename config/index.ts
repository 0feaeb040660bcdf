export { readPlatformConfig, toPlatformArgs } from "./read";
