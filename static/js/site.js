// What every page runs. Pages with more bring their own module in {% block scripts %}.

import * as copy from "./copy.js";
import * as forms from "./forms.js";
import * as share from "./share.js";
import * as sheet from "./sheet.js";
import * as theme from "./theme.js";
import * as time from "./time.js";
import * as toast from "./toast.js";

for (const part of [theme, toast, sheet, share, copy, forms, time]) part.start();
if (document.querySelector("[data-chart]")) import("./charts.js").then((charts) => charts.start());
