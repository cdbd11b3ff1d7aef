import { readMachine } from "../../../../app/machine";
import { serve } from "../bare-http/serve";

/** The bare handler with our own saving: it too asks the kernel for the machine's load and memory once a second. */
serve(readMachine);
