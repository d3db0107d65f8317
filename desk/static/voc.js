// The VOC pages: words that may hurt are opened by who wants to read them.

import { wireFolded } from "./fold.js";

wireFolded(document);
