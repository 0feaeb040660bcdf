import { testLife } from "./life.js";
import { typescriptProgram } from "./program.js";

testLife(() => typescriptProgram({ warm: false }));
