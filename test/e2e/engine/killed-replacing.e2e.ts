import { testKilledReplacement } from "./killed-replacement.js";

testKilledReplacement();
