// Evaluated in the page: measures the contrast of each visible text, names of controls, and lists elements.
(() => {
  const linear = (part) => (part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  const luminance = (rgb) => 0.2126 * linear(rgb[0]) + 0.7152 * linear(rgb[1]) + 0.0722 * linear(rgb[2]);
  const ratio = (one, other) => {
    const [high, low] = [luminance(one), luminance(other)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
  };
  const colour = (text) => {
    const parts = (text.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
    return [...parts.slice(0, 3), parts.length > 3 ? parts[3] : 1];
  };
  const paper = (node) => {
    const layers = [];
    for (let at = node; at; at = at.parentElement) {
      const layer = colour(getComputedStyle(at).backgroundColor);
      if (layer[3] > 0) layers.push(layer);
      if (layer[3] >= 1) break;
    }
    let found = [255, 255, 255];
    while (layers.length) {
      const layer = layers.pop();
      found = found.map((part, index) => layer[index] * layer[3] + part * (1 - layer[3]));
    }
    return found;
  };
  const contrast = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    if (!text || node.closest(".unseen, script, noscript, .skip, option")) continue;
    if (!node.getClientRects().length) continue;
    const style = getComputedStyle(node);
    const ink = node instanceof SVGElement ? colour(style.fill) : colour(style.color);
    const papers = [paper(node instanceof SVGElement ? node.closest("div") : node)];
    const cell = node.closest(".cell");
    if (cell) papers.push(colour(getComputedStyle(cell, "::before").backgroundColor));
    for (const one of papers) contrast.push([Math.round(ratio(ink, one) * 100) / 100, text.slice(0, 30), node.className && String(node.className.baseVal ?? node.className)]);
  }
  contrast.sort((one, other) => one[0] - other[0]);
  const controls = [...document.querySelectorAll("button, input, select, a, summary, [tabindex]")].filter((node) => node.getClientRects().length);
  const named = (node) => node.textContent.trim() || node.getAttribute("aria-label") || (node.labels && node.labels.length);
  return {
    contrast: contrast.slice(0, 5),
    texts: contrast.length,
    unnamed: controls.filter((node) => !named(node)).map((node) => node.outerHTML.slice(0, 80)),
    small: controls.filter((node) => node.matches("button, select, input") && node.getBoundingClientRect().height < 23.9 && !node.matches("[type=checkbox]")).map((node) => node.outerHTML.slice(0, 80)),
    sideways: document.documentElement.scrollWidth - innerWidth,
    headings: [...document.querySelectorAll("h1, h2, h3")].filter((node) => !node.textContent.trim()).length,
    links: [...document.querySelectorAll("a[href]")].map((node) => node.getAttribute("href")),
  };
})()
