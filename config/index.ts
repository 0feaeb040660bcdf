export { readPlatformConfig } from "./read";
