"use strict";
// The page's script: cuts the figures of the page into the chosen period, and draws them as SVG and tables.
// Texts of strangers become text nodes only: nothing here parses HTML.

/** @typedef {{first: number, last: number}} Period  numbers of days, from 0 for the page's first day */
/** @typedef {{labels: Object<string, any>, figures: Object<string, number[]>, clock: number[]}} Row */
/** @typedef {{columns: string[], measures: string[], rows: Row[], left: number, totals: number[],
 *           period: Period | null}} Cube  a cube with a period has the figures of these days only */

const DATA = JSON.parse(document.getElementById("data").textContent);
const LAST = DATA.last;
const DAY_S = 86400;
const IS_PARTIAL = DATA.seconds < DAY_S;
const FIRST_DAY = Date.parse(DATA.first + "T00:00Z");
const STEPS = 144;
const SHOWN_ROWS = 50;
const DAYS_AROUND = 28;
const WEEKS_FROM = 93;
const MONTHS_FROM = 731;
const LABELLED_VALUES = 60;
const SVG = "http://www.w3.org/2000/svg";

const state = {
  period: { first: 0, last: LAST },
  compare: "previous",
  metric: "visits",
  lang: DATA.lang,
  find: "",
  section: "",
  only: true,
  cursor: /** @type {number | null} */ (null),
  tab: /** @type {Object<string, string>} */ ({}),
  more: /** @type {Object<string, boolean>} */ ({}),
  sort: /** @type {Object<string, {key: string, up: boolean}>} */ ({}),
};

// --- Elements

const byId = (/** @type {string} */ id) => document.getElementById(id);

/** Return a new element; attributes that are null or false are left out. */
function element(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** Return a new element of a drawing. */
function shape(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false) continue;
    node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== ""));
  return node;
}

const unseen = (text) => element("span", { class: "unseen" }, text);

// --- Words, numbers, dates

const text = (key, values = {}) =>
  Object.entries({ ...DATA.values, ...values }).reduce(
    (found, [name, value]) => found.split("{" + name + "}").join(String(value)),
    DATA.texts[state.lang][key],
  );
const list = (key) => DATA.texts[state.lang][key];
const number = (count) =>
  count === null ? "–" : String(count).replace(/\B(?=(\d{3})+$)/g, DATA.thousands);
const decimal = (hundredths, digits) =>
  Math.floor(hundredths / 10 ** digits) + DATA.decimal + String(hundredths % 10 ** digits).padStart(digits, "0");
const rounded = (part, whole, scale) => Math.floor((2 * scale * part + whole) / (2 * whole));

function share(part, whole) {
  if (!whole) return "–";
  const tenths = rounded(part, whole, 1000);
  return (tenths < 100 ? decimal(tenths, 1) : rounded(part, whole, 100)) + "%";
}

const ratio = (part, whole) => (whole ? decimal(rounded(part, whole, 100), 2) : "–");

/** Return the change of a figure as an element, '' where it is not known. */
function change(now, before) {
  if (before === null || before === undefined) return "";
  if (!before) return now ? element("span", { class: "change neutral" }, text("new")) : "";
  const size = Math.abs(now - before);
  const sign = rounded(size, before, 1000) <= 5 ? "=" : now > before ? "▲" : "▼";
  const [kind, word] = {
    "=": ["neutral", "same_as_before"],
    "▲": ["up", "more_than_before"],
    "▼": ["down", "less_than_before"],
  }[sign];
  const mark = element("span", { "aria-hidden": "true" }, sign + " ");
  return element("span", { class: "change " + kind }, mark, unseen(text(word) + " "), share(size, before));
}

/** Return a gain in views, as an element. */
function difference(now, before) {
  if (before === null) return "–";
  if (!before) return element("span", { class: "change up" }, "+" + number(now) + " " + text("new"));
  const gain = now - before;
  const sign = gain > 0 ? "+" : gain < 0 ? "−" : "";
  const kind = gain > 0 ? "up" : gain < 0 ? "down" : "neutral";
  return element("span", { class: "change " + kind }, sign + number(Math.abs(gain)));
}

const fold = (found) =>
  found.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase();

/** Return a text without characters that act on what is shown, as the reports print it. */
const escaped = (found) =>
  String(found).replace(
    /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f\u2028\u2029\ud800-\udfff]/gu,
    (char) => {
      const short = { "\t": "\\t", "\n": "\\n", "\r": "\\r" }[char];
      const code = char.charCodeAt(0);
      return short || (code <= 0xff ? "\\x" + code.toString(16).padStart(2, "0") : "\\u" + code.toString(16).padStart(4, "0"));
    },
  );

function readable(url) {
  try {
    const decoded = decodeURI(url);
    return escaped(decoded) === decoded ? decoded : escaped(url);
  } catch {
    return escaped(url);
  }
}

const date = (day) => new Date(FIRST_DAY + day * DAY_S * 1000);
const iso = (day) => date(day).toISOString().slice(0, 10);
const dayOf = (found) => Math.round((Date.parse(found + "T00:00Z") - FIRST_DAY) / (DAY_S * 1000));
const weekday = (day) => (date(day).getUTCDay() + 6) % 7;
const two = (count) => String(count).padStart(2, "0");

function shortDay(day) {
  const at = date(day);
  return state.lang === "vi"
    ? two(at.getUTCDate()) + "/" + two(at.getUTCMonth() + 1)
    : at.getUTCDate() + " " + list("months_short")[at.getUTCMonth()];
}

const longDay = (day) => list("weekdays")[weekday(day)] + (state.lang === "vi" ? ", " : " ") + shortDay(day);
const fullDay = (day) => shortDay(day) + (state.lang === "vi" ? "/" : " ") + date(day).getUTCFullYear();
const daysOf = ({ first, last }) => fullDay(first) + (first === last ? "" : " – " + fullDay(last));
const monthOf = (day) => iso(day).slice(5, 7) + "/" + iso(day).slice(0, 4);
const clockOf = (step) => two(Math.floor(step / 6)) + ":" + two((step % 6) * 10);
const hourName = (hour) => hour + (state.lang === "vi" ? "h" : ":00");
const timeOfReport = DATA.at.slice(11, 16);

// --- The period, and the one before it: the same rule as that of the reports (logstats/reports/compared.py)

const STEP_DAYS = { previous: 7, year: 364 };
const endsNow = (period) => IS_PARTIAL && period.last === LAST;

/** Return by how many days a period is moved back. */
function daysBack(period, compare) {
  const whole = period.last - period.first + (endsNow(period) ? 0 : 1);
  return Math.max(1, Math.ceil(whole / STEP_DAYS[compare])) * STEP_DAYS[compare];
}

/** Return the period before, null where it is not compared or its days are not all known. */
function before(period = state.period) {
  if (state.compare === "none") return null;
  const back = daysBack(period, state.compare);
  const moved = { first: period.first - back, last: period.last - back };
  return moved.first >= DATA.known ? moved : null;
}

const clockAt = (clock, day) => clock[(LAST - day) / 7 - 1] || 0;

function sum(figures, first, last) {
  let found = 0;
  for (let index = Math.max(first, 0); index <= last; index++) found += figures[index] || 0;
  return found;
}

const total = (name, period = state.period) => sum(DATA.days[name], period.first, period.last);

/** Return the sum of a figure over the period before, null where it is not known. */
function totalBefore(name) {
  const earlier = before();
  if (!earlier) return null;
  if (!endsNow(state.period)) return total(name, earlier);
  return sum(DATA.days[name], earlier.first, earlier.last - 1) + clockAt(DATA.days[name + "_by_clock"], earlier.last);
}

// --- Cubes: the figures of rows, by bin (a day, or a week of the past)

const BINS = DATA.bins ? DATA.bins.map(((at) => (step) => (at += step))(0)) : null;
const CUBES = Object.fromEntries(Object.entries(DATA.cubes).map(([name, cube]) => [name, unpacked(cube)]));

/** @returns {Cube} */
function unpacked(cube) {
  const { columns, measures } = cube;
  const rows = cube.rows.map(([labels, ...figures]) => ({
    labels: Object.fromEntries(columns.map((column, index) => [column, DATA.labels[labels[index]]])),
    figures: Object.fromEntries(measures.map((measure, index) => [measure, withoutDigits(figures[index])])),
    clock: figures[measures.length] || [],
  }));
  const period = cube.period ? { first: cube.period[0], last: cube.period[1] } : null;
  return { columns, measures, rows, left: cube.left, totals: cube.totals, since: cube.since, period };
}

/** Return packed figures whose digits are numbers. */
function withoutDigits([start, ...figures]) {
  if (start === undefined) return [];
  return [start, ...(typeof figures[0] === "string" ? numbersOf(figures[0]) : figures)];
}

/** Return figures, of which small ones are digits of a text. */
function numbersOf(figures) {
  return typeof figures === "string" ? [...figures].map((digit) => parseInt(digit, 36)) : figures;
}

/** Return the bin of a day. */
function binOf(day) {
  if (!BINS) return day;
  let low = 0;
  let high = BINS.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (BINS[middle] <= day) low = middle;
    else high = middle - 1;
  }
  return low;
}

const firstOf = (bin) => (BINS ? BINS[bin] : bin);
const daysIn = (bin) => (BINS && bin + 1 < BINS.length ? BINS[bin + 1] - BINS[bin] : 1);
const beginsBin = (day) => !BINS || day > LAST || BINS[binOf(day)] === day;

/** Return the sum of packed figures (the first bin, then the figures) over days. */
function cut(packed, first, last) {
  if (!packed.length || last < first) return 0;
  const start = packed[0];
  let found = 0;
  const end = Math.min(binOf(last), start + packed.length - 2);
  for (let bin = Math.max(binOf(first), start); bin <= end; bin++) found += packed[bin - start + 1];
  return found;
}

const cutNow = (packed) => cut(packed, state.period.first, state.period.last);
const cutOf = (cube, packed) => (cube.period ? packed[1] || 0 : cutNow(packed));

/** Return the first figure of a row in the period before, null where it is not known exactly. */
function cutBefore(packed, clock) {
  const earlier = before();
  if (!earlier) return null;
  const end = endsNow(state.period) ? earlier.last - 1 : earlier.last;
  if (!beginsBin(earlier.first) || !beginsBin(end + 1)) return null;
  return cut(packed, earlier.first, end) + (endsNow(state.period) ? clockAt(clock, earlier.last) : 0);
}

/** Return packed figures as one number a bin. */
function unfolded(packed, first, last) {
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const at = first + index - packed[0];
    return (at >= 0 && packed[at + 1]) || 0;
  });
}

const onlineOf = (index) => numbersOf(DATA.online.days[index]);
const HOURS = { visits: DATA.hours.visits.map(numbersOf), page_views: DATA.hours.page_views.map(numbersOf) };

// --- Notes on days

/** Return the notes on days, '' for none; of several days each note has its day. */
const noteOn = ({ first, last }) =>
  DATA.notes
    .filter(([day]) => first <= day && day <= last)
    .map(([day, words]) => (first === last ? "" : shortDay(day) + ": ") + escaped(words))
    .join("; ");

/** Show a flag below each bar whose days have a note. */
function showFlags(bars, unit) {
  const holder = byId("flags");
  const noted = bars.map((bar, index) => ({ bar, index })).filter(({ bar }) => bar.note);
  holder.hidden = !noted.length;
  const step = (1 - CHART_LEFT / chartWidth(byId("days"))) / Math.max(bars.length, 1);
  holder.replaceChildren(
    ...noted.map(({ bar, index }) => {
      const name = unit === "hour" ? longDay(bar.days.first) : bar.label;
      const flag = element("button", { type: "button", class: "flag", "aria-label": name + ": " + bar.note });
      flag.style.left = `clamp(12px, ${100 * (1 - (bars.length - index - 0.5) * step)}%, 100% - 12px)`;
      const show = () => {
        const box = flag.getBoundingClientRect();
        showTip(name + "\n" + bar.note, box.left, box.top);
      };
      flag.onpointerenter = flag.onfocus = flag.onclick = show;
      flag.onpointerleave = flag.onblur = () => showTip();
      flag.onkeydown = (event) => event.key === "Escape" && showTip();
      return flag;
    }),
  );
}

// --- The five shapes: bars, a line, a grid, a spark, a table with bars

const CHART_LEFT = 46; // pixels left of the bars, for the scale
const chartWidth = (chart) => Math.max(280, chart.clientWidth);

/** Return the steps of a scale from 0 to the largest figure. */
function scaleOf(largest) {
  const least = Math.max(largest, 4) / 4;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = power * [1, 2, 2.5, 5, 10].find((factor) => factor * power >= least && (factor !== 2.5 || power >= 10));
  const count = Math.max(1, Math.ceil(largest / step));
  return { top: step * count, steps: Array.from({ length: count + 1 }, (_, index) => index * step) };
}

function scaleLines(steps, left, width, y) {
  return steps.flatMap((step) => [
    shape("line", { class: "scale", x1: left, x2: width, y1: y(step), y2: y(step) }),
    shape("text", { x: left - 8, y: y(step) + 4, "text-anchor": "end" }, number(step)),
  ]);
}

/** Return a small line of figures; `days` are their places on it, where they are not one after the other. */
function drawSpark(figures, days = [...figures.keys()]) {
  const [width, height] = [96, 24];
  const largest = Math.max(...figures, 1);
  const length = days[days.length - 1] - days[0];
  const x = (index) => (length ? ((days[index] - days[0]) * (width - 4)) / length : width / 2) + 2;
  const y = (count) => height - 2 - ((height - 5) * count) / largest;
  const line = figures.map((count, index) => (index ? "L" : "M") + x(index).toFixed(1) + " " + y(count).toFixed(1)).join("");
  return shape(
    "svg",
    { class: "spark", viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    shape("path", { class: "area", d: `${line}L${x(figures.length - 1)} ${height}L2 ${height}Z` }),
    shape("path", { class: "line-now", d: line }),
  );
}

/**
 * Draw bars into a chart, with a tick for the figure before.
 * @param {{label: string, names: string[], count: number, before: number | null, on: boolean, part: boolean,
 *          edge: boolean, note: string}[]} bars
 */
function drawBars(chart, title, bars, pick) {
  const width = chartWidth(chart);
  const isNarrow = width < 500;
  const [height, left, bottom, top] = [isNarrow ? 190 : 230, CHART_LEFT, 34, 10];
  const scale = scaleOf(Math.max(...bars.map((bar) => Math.max(bar.count, bar.before || 0)), 1));
  const y = (count) => top + (height - top - bottom) * (1 - count / scale.top);
  const step = (width - left) / bars.length;
  const inner = Math.max(1, step - Math.min(6, step * 0.22));
  const every = Math.max(1, Math.ceil((12 + 7 * Math.max(...bars[0].names.map((name) => name.length))) / step));
  const parts = bars.flatMap((bar, index) => {
    const x = left + index * step;
    const middle = x + step / 2;
    const names = (bars.length - 1 - index) % every === 0 ? bar.names : [];
    return [
      bar.edge && index ? shape("line", { class: "monday", x1: x, x2: x, y1: top, y2: height - bottom }) : null,
      shape("rect", {
        class: "bar" + (bar.on ? " on" : "") + (bar.part && bar.on ? " part" : ""),
        x: x + (step - inner) / 2,
        y: y(bar.count),
        width: inner,
        height: Math.max(0, height - bottom - y(bar.count)),
        rx: Math.min(3, inner / 3),
      }),
      ...(bar.before === null ? [] : ["tick-halo", "tick"]).map((name) =>
        shape("line", { class: name, x1: x + (step - inner) / 2 - 1, x2: x + (step + inner) / 2 + 1, y1: y(bar.before), y2: y(bar.before) }),
      ),
      ...names.map((name, line) =>
        shape("text", { x: middle, y: height - bottom + 16 + 14 * line, "text-anchor": "middle" }, name),
      ),
      state.cursor === index
        ? shape("rect", { class: "cursor", x, y: top, width: step, height: height - bottom - top, rx: 4 })
        : null,
      shape("rect", { class: pick ? "target" : "target still", "data-index": index, x, y: 0, width: step, height }),
    ];
  });
  const values = bars.slice(-LABELLED_VALUES).map((bar) => bar.label + " " + number(bar.count));
  chart.replaceChildren(
    shape(
      "svg",
      { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": title + ": " + values.join("; ") },
      hatching(),
      scaleLines(scale.steps, left, width, y),
      parts,
    ),
  );
  const describe = (index) => {
    const bar = bars[index];
    return [bar.label, number(bar.count), ...(bar.before === null ? [] : [beforeName() + ": " + number(bar.before)]), ...(bar.note ? [bar.note] : [])].join("\n");
  };
  listenToBars(chart, bars.length, describe, pick, (index) => left + (index + 0.5) * step, width);
}

/** Return the pattern of a bar that is not over. */
function hatching() {
  return shape(
    "defs",
    {},
    shape(
      "pattern",
      { id: "part", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      shape("rect", { class: "part-paper", width: 6, height: 6 }),
      shape("rect", { class: "part-line", width: 3, height: 6 }),
    ),
  );
}

/** Let the mouse, a finger and the keys pick a bar, or a range of bars. */
function listenToBars(chart, count, describe, pick, x, width) {
  const indexAt = (event) => {
    const found = event.target instanceof Element && event.target.getAttribute("data-index");
    return found === null || found === false ? null : Number(found);
  };
  let start = null;
  chart.onpointerdown = (event) => (start = indexAt(event));
  chart.onpointermove = (event) => {
    const index = indexAt(event);
    if (index === null) showTip();
    else showTip(describe(index), event.clientX, event.clientY);
  };
  chart.onpointerleave = () => showTip();
  chart.onpointerup = (event) => {
    const end = indexAt(event);
    if (start !== null && end !== null && pick) pick(Math.min(start, end), Math.max(start, end));
    start = null;
  };
  chart.onkeydown = (event) => {
    if (!["ArrowLeft", "ArrowRight", "Enter", "Escape"].includes(event.key)) return;
    event.preventDefault();
    if (event.key === "Enter") {
      if (state.cursor !== null && pick) pick(state.cursor, state.cursor);
      return;
    }
    const next = state.cursor === null ? count - 1 : state.cursor + (event.key === "ArrowLeft" ? -1 : 1);
    state.cursor = event.key === "Escape" ? null : Math.max(0, Math.min(count - 1, next));
    showDays();
    const box = chart.getBoundingClientRect();
    if (state.cursor === null) showTip();
    else showTip(describe(state.cursor), box.left + (x(state.cursor) * box.width) / width, box.top + 60);
  };
  chart.onblur = () => {
    if (state.cursor === null) return;
    state.cursor = null;
    showTip();
    showDays();
  };
}

/** Draw the visitors online through a day as a line, with the usual ones. */
function drawLine(chart, title, figures, usual, until, isOpen) {
  const width = Math.max(280, chart.clientWidth);
  const [height, left, bottom, top] = [width < 500 ? 180 : 210, 34, 22, 20];
  const scale = scaleOf(Math.max(...figures, ...(usual || [0]), 1));
  const x = (step) => left + ((width - left - 4) * step) / (STEPS - 1);
  const y = (count) => top + (height - top - bottom) * (1 - count / scale.top);
  const line = (counts) => counts.map((count, step) => (step ? "L" : "M") + x(step).toFixed(1) + " " + y(count).toFixed(1)).join("");
  const known = figures.slice(0, until + 1);
  const peak = known.indexOf(Math.max(...known));
  const hours = [];
  for (let hour = 0; hour <= 24; hour += width < 420 ? 6 : 3) {
    const anchor = hour === 0 ? "start" : hour === 24 ? "end" : "middle";
    hours.push(shape("text", { x: x(Math.min(hour * 6, STEPS - 1)), y: height - 5, "text-anchor": anchor }, hourName(hour)));
  }
  const peakText = text("peak", { n: number(known[peak]), at: clockOf(peak) });
  chart.replaceChildren(
    shape(
      "svg",
      { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": title + (known[peak] ? ": " + peakText : "") },
      scaleLines(scale.steps, left, width, y),
      hours,
      usual ? shape("path", { class: "line-usual", d: line(usual) }) : null,
      shape("path", { class: "area", d: `${line(known)}L${x(until)} ${y(0)}L${x(0)} ${y(0)}Z` }),
      shape("path", { class: "line-now", d: line(known) }),
      known[peak] ? shape("circle", { class: "dot", cx: x(peak), cy: y(known[peak]), r: 4 }) : null,
      known[peak]
        ? shape("text", { class: "peak", x: Math.min(Math.max(x(peak), left + 78), width - 90), y: y(known[peak]) - 8, "text-anchor": "middle" }, peakText)
        : null,
      isOpen ? shape("circle", { class: "dot-open", cx: x(until), cy: y(known[until]), r: 4 }) : null,
    ),
  );
  chart.onpointermove = (event) => {
    const box = chart.getBoundingClientRect();
    const step = Math.round((((event.clientX - box.left) * width) / box.width - left) / ((width - left - 4) / (STEPS - 1)));
    if (step < 0 || step >= STEPS) return showTip();
    const rows = [clockOf(step)];
    if (step <= until) rows.push(text("online") + ": " + number(figures[step]));
    if (usual) rows.push(text("usual") + ": " + decimal(Math.round(usual[step] * 10), 1));
    showTip(rows.join("\n"), event.clientX, event.clientY);
  };
  chart.onpointerleave = () => showTip();
}

/** Return a table of averages by weekday and hour, shaded by their size. */
function drawGrid(averages, here) {
  const known = averages.flat().filter((average) => average > 0).sort((one, other) => one - other);
  const most = Math.max(known[Math.floor(known.length * 0.97)] || 1, 1); // so that one peak does not pale the rest
  const ink = inkOnShade();
  const head = [...Array(24).keys()].map((hour) =>
    element("th", { scope: "col" }, hour % 3 ? unseen(hourName(hour)) : String(hour)),
  );
  const rows = averages.map((row, day) => {
    const cells = row.map((average, hour) => {
      const name = list("weekdays")[day] + " " + hourName(hour) + " – ";
      if (average === null) return element("td", { class: "none", title: name + "–" });
      const shade = Math.round(6 + 94 * Math.min(1, average / most));
      const isHere = here !== null && here[0] === day && here[1] === hour;
      return element(
        "td",
        { class: `w${shade} ${ink(shade / 100)}${isHere ? " here" : ""}`, title: name + decimal(Math.round(average * 10), 1) },
        element("span", {}, average < 1000 ? String(Math.round(average)) : Math.round(average / 1000) + "k"),
      );
    });
    return element("tr", {}, element("th", { scope: "row" }, list("weekdays_short")[day]), cells);
  });
  const corner = element("td", { class: "corner" });
  return element("table", { class: "heat" }, element("thead", {}, element("tr", {}, corner, head)), element("tbody", {}, rows));
}

/** Return a function that chooses dark or pale ink by the luminance of a shade on the card. */
function inkOnShade() {
  const style = getComputedStyle(document.documentElement);
  const shade = style.getPropertyValue("--heat").split(",").map(Number);
  const hex = style.getPropertyValue("--card").trim().slice(1);
  const paper = hex.length === 3 ? [...hex].map((digit) => parseInt(digit + digit, 16)) : [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16));
  const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  return (opacity) => {
    const mixed = shade.map((part, index) => linear((part * opacity + paper[index] * (1 - opacity)) / 255));
    return 0.2126 * mixed[0] + 0.7152 * mixed[1] + 0.0722 * mixed[2] > 0.179 ? "dark" : "pale";
  };
}

/**
 * Return a table of rows with bars, and a button for more rows.
 * @param {{name: string, key?: string, isWideOnly?: boolean,
 *          cell: (row: any, index: number) => any}[]} columns
 */
function drawTable(name, columns, rows, first, left = 0) {
  if (!rows.length) return [element("p", { class: "empty" }, "– " + text("nothing"))];
  const sort = state.sort[name];
  if (sort) rows = [...rows].sort((one, other) => (sort.up ? 1 : -1) * ((one[sort.key] || 0) - (other[sort.key] || 0)));
  const kind = (column) => (column.isWideOnly ? "wide-only" : null);
  const heads = columns.map((column) => {
    const order = sort && sort.key === column.key ? (sort.up ? "ascending" : "descending") : null;
    const head = column.key ? element("button", { type: "button", "data-sort": column.key, "data-table": name }, column.name) : column.name;
    return element("th", { scope: "col", class: kind(column), "aria-sort": order }, head);
  });
  const limit = state.more[name] ? SHOWN_ROWS : first;
  const body = rows
    .slice(0, limit)
    .map((row, index) => element("tr", {}, columns.map((column) => element("td", { class: kind(column) }, column.cell(row, index)))));
  const found = [element("table", {}, element("thead", {}, element("tr", {}, heads)), element("tbody", {}, body))];
  if (rows.length > first) {
    const label = state.more[name] ? text("less") : text("more") + " (" + number(Math.min(SHOWN_ROWS, rows.length) - first) + ")";
    found.push(element("button", { type: "button", class: "more", "data-more": name, "aria-expanded": String(!!state.more[name]) }, label));
    if (state.more[name] && left) found.push(element("p", { class: "hint" }, text("left_of_file", { n: number(left) })));
  }
  return found;
}

const barCell = (width, ...children) => element("span", { class: "cell w" + Math.floor(width) }, ...children);

// --- The tip beside the mouse or the cursor

function showTip(words = "", x = 0, y = 0) {
  const tip = byId("tip");
  tip.hidden = !words;
  if (!words) return;
  tip.textContent = words;
  const box = tip.getBoundingClientRect();
  tip.style.left = Math.max(8, Math.min(innerWidth - box.width - 8, x + 14)) + "px";
  tip.style.top = Math.max(8, y - box.height - 12) + "px";
}

const beforeName = () => text(state.compare === "year" ? "year_before" : "period_before");

// --- The four figures

function showFour() {
  const { four } = DATA;
  const today = onlineOf(DATA.online.days.length - 1);
  const peak = today.indexOf(Math.max(...today));
  byId("note-online").textContent = today[peak]
    ? text("peak", { n: number(today[peak]), at: clockOf(peak) })
    : text("online_note", { n: four.window });
  const note = (name, values) => {
    const earlier = four.before[name];
    byId("note-" + name).replaceChildren(
      ...(earlier === null ? [text("no_before")] : [change(four[name], earlier), " " + text(name + "_note", { n: number(earlier), ...values })]).filter(Boolean),
    );
  };
  note("today", { day: list("weekdays")[weekday(LAST)] });
  note("week", {});
  const since = fullDay(four.since);
  byId("note-all_time").textContent =
    four.old > 0
      ? text("all_note", { n: number(four.old), m: number(four.all_time - four.old), day: since })
      : text("all_since", { day: since });
  byId("spark-online").replaceChildren(drawSpark(today.slice(0, nowStep() + 1)));
  byId("asof").textContent = timeOfReport + ", " + list("weekdays")[weekday(LAST)] + " " + fullDay(LAST);
  const warnings = byId("warnings");
  if (warnings) warnings.replaceChildren(...DATA.warnings.map(([name, values]) => element("li", {}, warning(name, values))));
}

const warning = (name, values) => (name === "stale" && !values.at ? text("warn_never") : text("warn_" + name, values));
const nowStep = () => Math.min(STEPS - 1, Math.floor(DATA.seconds / 600));

// --- The period

function showPeriod() {
  const { first, last } = state.period;
  const isShown = ([, from, to]) => from === first && to === last;
  byId("presets").replaceChildren(
    ...DATA.presets.map((preset) =>
      element(
        "button",
        { type: "button", "data-first": preset[1], "data-last": preset[2], "aria-pressed": String(isShown(preset)) },
        text("p_" + preset[0]),
      ),
    ),
  );
  const months = DATA.months.map(([name, from, to]) => {
    const option = element("option", { value: from + ".." + to }, name.slice(5) + "/" + name.slice(0, 4));
    option.selected = from === first && to === last && !DATA.presets.some(isShown);
    return option;
  });
  byId("month").replaceChildren(element("option", { value: "" }, text("p_other")), ...months);
  byId("from").value = iso(first);
  byId("to").value = iso(last);
  byId("compare").value = state.compare;
  const preset = DATA.presets.find(isShown);
  const days = daysOf(state.period);
  byId("shown").replaceChildren(
    ...(preset ? [element("b", {}, text("p_" + preset[0])), " · " + days] : [element("b", {}, days)]),
    ...comparedWith(),
  );
  const isRounded = !beginsBin(first) || !beginsBin(last + 1);
  byId("rounded").hidden = !isRounded;
  if (isRounded) byId("rounded").textContent = text("in_weeks", { day: fullDay(firstWholeDay()) });
}

/** Return what the period is compared with, in words. */
function comparedWith() {
  if (state.compare === "none") return [];
  const earlier = before();
  if (!earlier) return [" · " + text("unknown_before", { day: fullDay(DATA.known) })];
  const until = endsNow(state.period) ? " (" + text("until_clock", { at: timeOfReport }) + ")" : "";
  return [" · " + text("compared_with", { from: fullDay(earlier.first), to: fullDay(earlier.last) }) + until];
}

/** Return the first day from which on each day is a bin. */
function firstWholeDay() {
  let bin = BINS.length - 1;
  while (bin > 0 && BINS[bin] - BINS[bin - 1] === 1) bin--;
  return BINS[bin];
}

function choosePeriod(first, last) {
  state.period = { first: Math.max(0, Math.min(first, last)), last: Math.min(LAST, Math.max(first, last)) };
  state.cursor = null;
  showTip();
  showAll();
  try {
    history.replaceState(null, "", "#" + iso(state.period.first) + ".." + iso(state.period.last));
  } catch {
    // a viewer without a history
  }
}

// --- The figures of the period

function showFigures() {
  const visits = total("visits");
  const views = total("page_views");
  const [visitsBefore, viewsBefore] = [totalBefore("visits"), totalBefore("page_views")];
  const ready = DATA.visitors[state.period.first + ".." + state.period.last];
  const isDay = state.period.first === state.period.last;
  const visitors = ready ? ready[0] : isDay ? DATA.days.visitors[state.period.first] : null;
  const visitorsBefore = ready && state.compare !== "none" ? ready[1][state.compare] : null;
  const lines = linesOfPeriod();
  const bots = lines.bot || 0;
  const all = Object.values(lines).reduce((one, other) => one + other, 0);
  const perVisit = visitsBefore && viewsBefore ? change(views * visitsBefore, viewsBefore * visits) : "";
  byId("kpis").replaceChildren(
    figure("visits", number(visits), change(visits, visitsBefore), "", true),
    figure("visitors", number(visitors), visitors === null ? "" : change(visitors, visitorsBefore), visitors === null ? text("visitors_unknown") : "", true),
    figure("page_views", number(views), change(views, viewsBefore), "", true),
    figure("per_visit", ratio(views, visits), perVisit),
    figure("bots_share", share(bots, all), "", number(bots)),
  );
}

function figure(name, value, changed, note = "", isMetric = false) {
  const parts = [
    element("span", { class: "name" }, text(name)),
    element("span", { class: "value" }, value),
    changed,
    note ? element("span", { class: "small" }, note) : "",
  ];
  return isMetric
    ? element("button", { type: "button", class: "kpi", "data-metric": name, "aria-pressed": String(state.metric === name) }, ...parts)
    : element("div", { class: "kpi" }, ...parts);
}

const linesOfPeriod = () =>
  Object.fromEntries(CUBES.left.rows.map((row) => [row.labels.counts_as, cutNow(row.figures.hits)]));

// --- The chart of days

/** Return the metric of a chart: visitors of several days, or of hours, do not add up. */
const metricOf = (unit) => (state.metric === "visitors" && unit !== "day" ? "visits" : state.metric);

function unitOfChart() {
  const days = state.period.last - state.period.first + 1;
  return days === 1 ? "hour" : days < WEEKS_FROM ? "day" : days < MONTHS_FROM ? "week" : "month";
}

function showDays() {
  const unit = unitOfChart();
  const metric = metricOf(unit);
  const chart = byId("days");
  const title = text("per_" + unit, { what: text(metric) });
  byId("h-days").textContent = title;
  chart.setAttribute("aria-label", title);
  const bars = { hour: hourBars, day: dayBars, week: groupBars, month: groupBars }[unit](metric, unit, chart.clientWidth < 500);
  byId("days-legend").replaceChildren(...legendOfDays(bars));
  if (!bars.length) {
    chart.replaceChildren(element("p", { class: "empty" }, text("hours_none", { day: fullDay(DATA.hours.from) })));
    showFlags([], unit);
    return;
  }
  showFlags(state.more.days ? [] : bars, unit);
  if (state.more.days) chart.replaceChildren(tableOfBars(bars, unit, metric));
  else drawBars(chart, title, bars, unit === "hour" ? null : (one, other) => choosePeriod(bars[one].days.first, bars[other].days.last));
}

function legendOfDays(bars) {
  const found = [element("span", {}, element("i"), text("this_period"))];
  if (bars.some((bar) => bar.before !== null)) {
    const until = endsNow(state.period) ? " (" + text("until_clock", { at: timeOfReport }) + ")" : "";
    found.push(element("span", {}, element("i", { class: "line" }), beforeName() + until));
  }
  return found;
}

function hourBars(metric) {
  const day = state.period.first;
  const index = day - DATA.hours.from;
  const earlier = before();
  if (index < 0) return [];
  const earlierHours = earlier && HOURS[metric][earlier.first - DATA.hours.from];
  return HOURS[metric][index].map((count, hour) => ({
    label: longDay(day) + ", " + hourName(hour) + "–" + hourName(hour + 1),
    names: [hourName(hour)],
    count,
    before: earlierHours ? earlierHours[hour] : null,
    on: true,
    part: IS_PARTIAL && day === LAST && hour >= Math.floor(DATA.seconds / 3600),
    edge: false,
    note: hour ? "" : noteOn(state.period),
    days: state.period,
  }));
}

function dayBars(metric, _unit, isNarrow) {
  const { first, last } = state.period;
  const shown = Math.max(last - first + 1, isNarrow ? DAYS_AROUND / 2 : DAYS_AROUND);
  const start = Math.max(0, last - shown + 1);
  const earlier = before();
  const clock = DATA.days[metric + "_by_clock"];
  const figures = DATA.days[metric];
  const back = earlier ? first - earlier.first : 0;
  const beforeOf = (day) => {
    if (!earlier || day < first) return null;
    if (IS_PARTIAL && day === LAST) return clock ? clockAt(clock, day - back) : null;
    return figures[day - back];
  };
  return Array.from({ length: last - start + 1 }, (_, index) => {
    const day = start + index;
    const isPart = IS_PARTIAL && day === LAST;
    return {
      label: longDay(day) + (isPart ? " (" + text("not_over") + ")" : ""),
      names: [list("weekdays_short")[weekday(day)], shortDay(day)],
      count: figures[day],
      before: beforeOf(day),
      on: day >= first,
      part: isPart,
      edge: weekday(day) === 0,
      note: noteOn({ first: day, last: day }),
      days: { first: day, last: day },
    };
  });
}

/** Return the bars of the weeks or months of the period. */
function groupBars(metric, unit) {
  const groups = [];
  for (let day = state.period.first; day <= state.period.last; day++) {
    const isStart = unit === "week" ? weekday(day) === 0 : date(day).getUTCDate() === 1;
    if (isStart || !groups.length) groups.push({ first: day, last: day });
    else groups[groups.length - 1].last = day;
  }
  const earlier = before();
  const back = earlier ? state.period.first - earlier.first : 0;
  const beforeOf = (days) => {
    if (!earlier) return null;
    if (!endsNow(days)) return total(metric, { first: days.first - back, last: days.last - back });
    return sum(DATA.days[metric], days.first - back, days.last - back - 1) + clockAt(DATA.days[metric + "_by_clock"], days.last - back);
  };
  return groups.map((days) => ({
    label: unit === "week" ? text("week_of", { day: fullDay(days.first) }) : monthOf(days.first),
    names: [unit === "week" ? shortDay(days.first) : monthOf(days.first)],
    count: total(metric, days),
    before: beforeOf(days),
    on: true,
    part: endsNow(days),
    edge: false,
    note: noteOn(days),
    days,
  }));
}

function tableOfBars(bars, unit, metric) {
  const shown = bars.filter((bar) => bar.on);
  const most = Math.max(...shown.map((bar) => bar.count), 1);
  const columns = [
    { name: text(unit === "hour" ? "hour" : "day"), cell: (bar) => barCell((100 * bar.count) / most, bar.label, ...(bar.note ? [" ", element("small", {}, bar.note)] : [])) },
    { name: text(metric), cell: (bar) => number(bar.count) },
    { name: beforeName(), cell: (bar) => number(bar.before) },
  ];
  const [table] = drawTable("days", columns, shown, shown.length);
  table.setAttribute("class", "days");
  return table;
}

// --- When readers are here

function showHeat() {
  if (!byId("heat")) return;
  const { last } = state.period;
  const first = Math.max(DATA.hours.from, Math.min(state.period.first, last - DAYS_AROUND + 1));
  const isKnown = last >= DATA.hours.from;
  const sums = Array.from({ length: 7 }, () => Array(24).fill(0));
  const days = Array.from({ length: 7 }, () => Array(24).fill(0));
  const over = Math.floor(DATA.seconds / 3600);
  for (let day = first; day <= last; day++) {
    for (let hour = 0; hour < 24; hour++) {
      if (IS_PARTIAL && day === LAST && hour >= over) continue;
      sums[weekday(day)][hour] += HOURS.visits[day - DATA.hours.from][hour];
      days[weekday(day)][hour]++;
    }
  }
  const averages = sums.map((row, day) => row.map((count, hour) => (days[day][hour] ? count / days[day][hour] : null)));
  let best = [0, 0];
  averages.forEach((row, day) => row.forEach((average, hour) => {
    if ((average || 0) > (averages[best[0]][best[1]] || 0)) best = [day, hour];
  }));
  const here = IS_PARTIAL && last === LAST ? [weekday(LAST), Math.floor(DATA.seconds / 3600) % 24] : null;
  const most = averages[best[0]][best[1]] || 0;
  byId("heat-sub").textContent = isKnown ? text("rhythm_sub", { from: shortDay(first), to: shortDay(last) }) : "";
  byId("heat").replaceChildren(isKnown ? drawGrid(averages, here) : element("p", { class: "empty" }, text("hours_none", { day: fullDay(DATA.hours.from) })));
  byId("heat-note").textContent = isKnown && most ? text("busiest", { day: list("weekdays")[best[0]], hour: best[1], n: decimal(Math.round(most * 10), 1) }) : "";
}

// --- Who is online through the day

function showOnline() {
  const chart = byId("online");
  if (!chart) return;
  const day = state.period.last;
  const index = day - DATA.online.from;
  byId("online-sub").textContent = text("online_sub", { day: longDay(day) });
  if (index < 0) {
    byId("online-legend").replaceChildren();
    chart.replaceChildren(element("p", { class: "empty" }, text("online_none", { n: DATA.online.days.length })));
    return;
  }
  const figures = onlineOf(index);
  const isOpen = IS_PARTIAL && day === LAST;
  const until = isOpen ? nowStep() : STEPS - 1;
  const past = [7, 6, 5, 4, 3, 2, 1].filter((days) => days <= index).map((days) => onlineOf(index - days));
  const usual = past.length ? figures.map((_, step) => past.reduce((found, row) => found + row[step], 0) / past.length) : null;
  byId("online-legend").replaceChildren(...(usual ? [element("span", {}, element("i", { class: "line dashed" }), text("usual"))] : []));
  if (state.more.online) chart.replaceChildren(tableOfSteps(figures, until));
  else drawLine(chart, text("online_day") + ", " + longDay(day), figures, usual, until, isOpen);
}

function tableOfSteps(figures, until) {
  const rows = figures.map((count, step) => ({ count, step })).filter((row) => row.step % 6 === 0 && row.step <= until);
  const most = Math.max(...rows.map((row) => row.count), 1);
  const columns = [
    { name: text("hour"), cell: (row) => barCell((100 * row.count) / most, clockOf(row.step)) },
    { name: text("online"), cell: (row) => number(row.count) },
  ];
  return drawTable("online", columns, rows, rows.length)[0];
}

// --- Tables of cubes: the same rows as logstats/dashboard/tables.py makes of the descriptions

const HOME = "/";
const NAMES_SHOWN = 4;
const hasSections = CUBES.articles && CUBES.articles.rows.some((row) => row.labels.section !== HOME);

const sectionName = (section) =>
  section === HOME ? text("single_pages") : DATA.sections[section] || readable(section);
const knownValue = (prefix, value) => list(prefix + "_" + String(value).split(" ").join("_")) || "";
const named = (value) => (value === "" ? text("unknown") : escaped(value));

/** Return the link to an article of the site, '' for what is no path of it (logstats/render/links.py). */
function linkOf(article) {
  if (!article.startsWith("/")) return "";
  const [path, ...query] = article.replace(/^\/+/, "").split("?");
  return DATA.origin + "/" + [encoded(path), ...(query.length ? [encoded(query.join("?"))] : [])].join("?");
}

/** Encode a part of a canonical URL, which is decoded unless it can't be. */
function encoded(part) {
  const found = encodeURI(part).replace(/#/g, "%23");
  try {
    if (!/[?#\u0000-\u001f\u007f]/.test(decodeURIComponent(part))) return found;
  } catch {
    // it has escapes that are no text
  }
  return found.replace(/%25(?=[0-9A-Fa-f]{2})/g, "%");
}

/** Return the words of a row's label. */
function labelOf(table, label, rows) {
  const kind = table.kind || "";
  if (kind === "link") return rows[0].labels.title ? escaped(rows[0].labels.title) : readable(label);
  if (kind === "path") return readable(label);
  if (kind === "section") return sectionName(label);
  if (kind.startsWith("word:")) return knownValue(kind.slice(5), label) || named(label);
  return named(label);
}

function noteOf(table, rows) {
  if (!table.note) return "";
  const value = rows[0].labels[table.note];
  if (table.note_kind === "section") return sectionName(value);
  if (table.note_kind === "from") return value ? "← " + readable(value) : "";
  if (table.note_kind !== "names") return knownValue(table.note_kind.slice(5), value);
  const names = rows
    .map((row) => ({ name: row.labels[table.note], count: cutNow(row.figures[table.numbers[0]]) }))
    .filter((one) => one.name && one.count)
    .sort((one, other) => other.count - one.count || compareTexts(one.name, other.name));
  return escaped(names.slice(0, NAMES_SHOWN).map((one) => one.name).join(", "));
}

/** Compare texts by their code points, as the reports do. */
function compareTexts(one, other) {
  const [left, right] = [[...String(one)], [...String(other)]];
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const difference = left[index].codePointAt(0) - right[index].codePointAt(0);
    if (difference) return difference;
  }
  return left.length - right.length;
}

/** Return the rows of a table in the period, the largest first number first. */
function rowsOf(table) {
  const groups = new Map();
  const cube = CUBES[table.cube];
  for (const row of cube.rows) {
    if (table.cube === "articles" && !isWanted(row)) continue;
    const label = row.labels[table.label];
    if (!groups.has(label)) groups.set(label, []);
    groups.get(label).push(row);
  }
  const found = [];
  for (const [label, rows] of groups) {
    const numbers = table.numbers.map((name) => rows.reduce((sum, row) => sum + cutOf(cube, row.figures[name]), 0));
    if (!numbers.some(Boolean)) continue;
    const earlier = table.change ? cutBefore(rows[0].figures[table.numbers[0]], rows[0].clock) : null;
    const gain = earlier === null ? null : numbers[0] - earlier;
    found.push({ label, rows, numbers, earlier, gain, ...Object.fromEntries(numbers.map((count, index) => ["n" + index, count])) });
  }
  return found.sort((one, other) => {
    const index = one.numbers.findIndex((count, at) => count !== other.numbers[at]);
    return index >= 0 ? other.numbers[index] - one.numbers[index] : compareTexts(one.label, other.label);
  });
}

/** Whether the filters above the articles let a row through. */
function isWanted({ labels }) {
  if (state.section && labels.section !== state.section) return false;
  if (state.only && !state.section && hasSections && labels.section === HOME) return false;
  return !state.find || fold((labels.title || "") + " " + readable(labels.article)).includes(fold(state.find));
}

/** Show a table of a card. */
function showTable(card, table) {
  let rows = rowsOf(table);
  if (table.name === "rising") {
    if (!before()) return [element("p", { class: "empty" }, text("unknown_before", { day: fullDay(DATA.known) }))];
    rows = rows.filter((row) => row.gain > 0).sort((one, other) => other.gain - one.gain || other.n0 - one.n0 || compareTexts(one.label, other.label));
  }
  const size = (row) => (table.name === "rising" ? row.gain : row.n0);
  const most = rows.reduce((found, row) => Math.max(found, size(row)), 1);
  const whole = cutOf(CUBES[table.cube], CUBES[table.cube].totals);
  const columns = [
    { name: text(table.titles[0]), cell: (row, index) => mainCell(table, row, index, (100 * size(row)) / most) },
    ...(table.trend ? [{ name: text("trend"), isWideOnly: true, cell: (row) => drawSpark(...trendOf(table, row)) }] : []),
    ...table.numbers.map((_, index) => ({ name: text(table.titles[index + 1]), key: "n" + index, cell: (row) => number(row.numbers[index]) })),
    ...(table.share ? [{ name: text("share"), cell: (row) => share(row.n0, whole) }] : []),
    ...(table.change && state.compare !== "none"
      ? [{ name: text("change"), key: "gain", isWideOnly: table.name !== "rising", cell: (row) => difference(row.n0, row.earlier) }]
      : []),
  ];
  const { left, since, period } = CUBES[table.cube];
  const found = drawTable(table.name, columns, rows, table.first || 8, left);
  if (table.about) found.unshift(element("p", { class: "sub" }, text(table.about, { days: daysOf(period || state.period) })));
  if (state.period.first < since) found.push(element("p", { class: "hint" }, text("only_since", { day: fullDay(since) })));
  return found;
}

function mainCell(table, row, index, width) {
  const label = labelOf(table, row.label, row.rows);
  const note = noteOf(table, row.rows);
  const parts = [];
  if (table.change) parts.push(element("span", { class: "rank" }, index + 1 + "."), " ");
  const link = table.kind === "link" ? linkOf(row.label) : "";
  const raw = ["link", "path"].includes(table.kind) && escaped(row.label);
  const title = raw === label ? false : raw;
  if (link) parts.push(element("a", { href: link, target: "_blank", rel: "noopener", title }, label));
  else if (title) parts.push(element("span", { title }, label));
  else if (table.kind === "section" && byId("section")) parts.push(element("button", { type: "button", class: "as-text", "data-section": row.label }, label));
  else parts.push(label);
  if (note) parts.push(" ", element("small", {}, note));
  return barCell(width, ...parts);
}

/** Return the figures of a row's spark, those of the period, or of 14 days: the mean of each bin, and its middle day. */
function trendOf(table, row) {
  const last = binOf(state.period.last);
  const start = Math.max(CUBES[table.cube].since, Math.min(state.period.first, state.period.last - 13));
  const first = Math.min(last, binOf(start));
  const lines = row.rows.map((one) => unfolded(one.figures[table.numbers[0]], first, last));
  const bins = lines[0].map((_, index) => first + index);
  const sums = bins.map((_, index) => lines.reduce((found, line) => found + line[index], 0));
  return [sums.map((found, index) => found / daysIn(bins[index])), bins.map((bin) => firstOf(bin) + daysIn(bin) / 2)];
}

/** Return the tables of a card: those of its description, and the rising articles. */
function tablesOf(card) {
  const tables = DATA.cards[card];
  return card === "read" ? [...tables, { ...tables[0], name: "rising" }] : tables;
}

function showCard(card) {
  const holder = document.querySelector(`[data-card="${card}"]`);
  if (!holder) return;
  const tables = tablesOf(card);
  const chosen = tables.find((table) => table.name === state.tab[card]) || tables[0];
  const content = showTable(card, chosen);
  if (tables.length < 2) {
    holder.replaceChildren(...content);
    return;
  }
  const tabs = tables.map((table) =>
    element(
      "button",
      {
        type: "button",
        role: "tab",
        id: "tab-" + table.name,
        "aria-selected": String(table === chosen),
        "aria-controls": "panel-" + card,
        tabindex: table === chosen ? 0 : -1,
        "data-tab": table.name,
        "data-of": card,
      },
      text(table.name),
    ),
  );
  holder.replaceChildren(
    element("div", { class: "tabs", role: "tablist", "aria-label": byId("h-" + card).textContent }, ...tabs),
    element("div", { role: "tabpanel", id: "panel-" + card, "aria-labelledby": "tab-" + chosen.name }, ...content),
  );
}

const showCards = () => Object.keys(DATA.cards).forEach(showCard);

function showSections() {
  const select = byId("section");
  if (!select) return;
  const names = [...new Set(CUBES.articles.rows.map((row) => row.labels.section))].sort(compareTexts);
  select.replaceChildren(
    element("option", { value: "" }, text("all_sections")),
    ...names.map((name) => {
      const option = element("option", { value: name }, sectionName(name));
      option.selected = name === state.section;
      return option;
    }),
  );
  byId("find").setAttribute("placeholder", text("filter"));
}

// --- What is left out

const LEFT_OUT = ["bot", "internal", "asset", "method", "status"];

function showLeft() {
  if (!byId("left")) return;
  const lines = linesOfPeriod();
  const all = Object.values(lines).reduce((one, other) => one + other, 0);
  const [views, visits] = [total("page_views"), total("visits")];
  const steps = [
    ["lines", all, true],
    ...LEFT_OUT.map((name) => ["counts_" + name, -(lines[name] || 0), false]),
    ["page_views", views, true],
    ["further", visits - views, false],
    ["visits", visits, true],
  ];
  const whole = Math.max(all, views, 1);
  let level = 0;
  const rows = steps.map(([name, count, isSum]) => {
    const [low, high] = isSum ? [0, count] : [level + count, level];
    level = isSum ? high : low;
    const bar = element("i", { class: "w" + Math.max(0, Math.floor((100 * (high - low)) / whole)) });
    return element(
      "tr",
      { class: isSum ? "sum" : null },
      element("th", { scope: "row" }, (isSum ? "" : "− ") + text(name)),
      element("td", { "aria-hidden": "true" }, element("span", { class: "step w" + Math.max(0, Math.floor((100 * low) / whole)) }, bar)),
      element("td", {}, (count < 0 ? "−" : "") + number(Math.abs(count))),
    );
  });
  byId("left").replaceChildren(element("table", { class: "steps" }, element("tbody", {}, rows)));
  const notes = [];
  if (state.period.first < DATA.known) notes.push(text("pruned", { day: fullDay(DATA.known) }));
  if (DATA.rejects) notes.push(text("rejected", { n: number(DATA.rejects) }));
  byId("rejected").textContent = notes.join(" ");
}

// --- All of it

function showAll() {
  showPeriod();
  showFigures();
  showDays();
  showHeat();
  showOnline();
  showCards();
  showLeft();
}

function showWords() {
  document.documentElement.lang = state.lang;
  document.title = text("title") + " – " + DATA.site;
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = text(node.getAttribute("data-text"));
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", text(node.getAttribute("data-label")));
  byId("lang").lang = state.lang === "vi" ? "en" : "vi";
  showButtons();
  showSections();
  showFour();
  showAll();
}

function showButtons() {
  for (const node of document.querySelectorAll(".as-table")) {
    const isTable = !!state.more[node.getAttribute("data-for")];
    node.textContent = text(isTable ? "chart" : "table");
    node.setAttribute("aria-expanded", String(isTable));
  }
}

const root = document.documentElement;

function toggleTheme() {
  const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = isDark ? "light" : "dark";
  showHeat();
}

const buttons = {
  lang: () => {
    state.lang = state.lang === "vi" ? "en" : "vi";
    showWords();
  },
  theme: toggleTheme,
  print: () => print(),
};

/** Do what a button is for, by its data. */
function press(button) {
  const { first, last, metric, tab, of, more, sort, table, section } = button.dataset;
  if (first !== undefined) choosePeriod(Number(first), Number(last));
  else if (metric) {
    state.metric = metric;
    showFigures();
    showDays();
    focusOn(`[data-metric="${metric}"]`);
  } else if (tab) {
    state.tab[of] = tab;
    showCard(of);
    focusOn("#tab-" + tab);
  } else if (more) {
    state.more[more] = !state.more[more];
    showCards();
    focusOn(`[data-more="${more}"]`);
  } else if (sort) {
    const old = state.sort[table];
    state.sort[table] = { key: sort, up: !!old && old.key === sort && !old.up };
    showCards();
    focusOn(`[data-table="${table}"][data-sort="${sort}"]`);
  } else if (section !== undefined) chooseSection(section);
  else if (button.dataset.for) {
    state.more[button.dataset.for] = !state.more[button.dataset.for];
    showButtons();
    showDays();
    showOnline();
  } else if (buttons[button.id]) buttons[button.id]();
}

/** Give the focus back to a button that was drawn again. */
function focusOn(selector) {
  const found = document.querySelector(selector);
  if (found) found.focus();
}

function chooseSection(section) {
  state.section = section;
  showSections();
  showCard("read");
  byId("card-read").scrollIntoView({ block: "start" });
}

function listen() {
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("button");
    if (button) press(button);
  });
  document.addEventListener("keydown", (event) => {
    const tab = event.target instanceof Element && event.target.closest("[role=tab]");
    if (!tab || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    const next = event.key === "ArrowLeft" ? tab.previousElementSibling : tab.nextElementSibling;
    if (next) press(next);
  });
  const on = (id, name, act) => byId(id) && byId(id).addEventListener(name, (event) => act(event.target));
  on("find", "input", (node) => {
    state.find = node.value;
    showCard("read");
  });
  on("section", "change", (node) => chooseSection(node.value));
  on("only", "change", (node) => {
    state.only = node.checked;
    showCard("read");
  });
  on("compare", "change", (node) => {
    state.compare = node.value;
    showAll();
  });
  on("month", "change", (node) => node.value && choosePeriod(...node.value.split("..").map(Number)));
  for (const id of ["from", "to"]) {
    byId(id).min = iso(0);
    byId(id).max = iso(LAST);
    on(id, "change", () => {
      const [first, last] = [dayOf(byId("from").value), dayOf(byId("to").value)];
      if (first >= 0 && last <= LAST) choosePeriod(first, last);
    });
  }
  byId("period").addEventListener("submit", (event) => event.preventDefault());
  let width = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth === width) return;
    width = innerWidth;
    showDays();
    showOnline();
  });
  addEventListener("hashchange", () => readHash() && showAll());
  let theme;
  addEventListener("beforeprint", () => {
    theme = root.dataset.theme;
    root.dataset.theme = "light";
    showHeat();
  });
  addEventListener("afterprint", () => {
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
    showHeat();
  });
}

/** Take the period of the URL, as in #2026-11-15..2026-11-21; return whether it has one. */
function readHash() {
  const found = /^#(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)$/.exec(location.hash);
  const days = found ? [dayOf(found[1]), dayOf(found[2])] : [-1, -1];
  if (!(days[0] >= 0 && days[0] <= days[1] && days[1] <= LAST)) return false;
  state.period = { first: days[0], last: days[1] };
  return true;
}

function start() {
  for (const node of document.querySelectorAll("[data-script]")) node.hidden = false;
  const chart = byId("days");
  chart.tabIndex = 0;
  chart.setAttribute("role", "group");
  const [, first, last] = DATA.presets.find(([name]) => name === DATA.preset);
  state.period = { first, last };
  readHash();
  listen();
  showWords();
}

start();
