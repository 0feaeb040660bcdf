import { testReplacement } from "./replacement.js";

testReplacement();
