import { testLife } from "./life.js";

testLife();
