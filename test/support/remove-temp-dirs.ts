import { afterAll } from "vitest";
import { removeTempDirs } from "./temp-dirs.js";

/*
 * Runs before each test file. Here, since a hook of a module that the test files of a process share is called for the
 * first of them only, and one that is registered while a test runs is never called.
 */
afterAll(removeTempDirs);
