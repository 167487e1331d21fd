// What the page does in the browser by itself: language, citations -> source panel, list of reports, Gradio's own words.
// Runs before Gradio starts. Talks to the server only through Gradio's events (`trigger`).
(() => {
  "use strict";
  const data = window.raData;
  const LANGUAGE_KEY = "report-assistant-language";
  const UNPICKED_KEY = "report-assistant-unpicked";
  const VIEW_KEY = "report-assistant-view";
  const read = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const write = (key, value) => { try { localStorage.setItem(key, value); } catch { /* private mode: forget */ } };
  const one = (selector, root = document) => root.querySelector(selector);
  const every = (selector, root = document) => [...root.querySelectorAll(selector)];

  // ---- language -------------------------------------------------------------------------------------------------
  function firstLanguage() {
    const stored = read(LANGUAGE_KEY);
    if (stored in data.texts) return stored;
    for (const tag of navigator.languages || []) {
      const code = tag.toLowerCase().split("-")[0];
      if (code in data.texts) return code;
    }
    return data.fallback;
  }
  let language = firstLanguage();
  const word = (key) => data.texts[language][key];
  // Gradio has no Vietnamese: let it speak English always, and translate its few words below.
  for (const [name, value] of [["language", "en"], ["languages", Object.freeze(["en"])]]) {
    try { Object.defineProperty(navigator, name, { get: () => value, configurable: true }); } catch { /* stays as it is */ }
  }

  function setLanguage(code) {
    language = code in data.texts ? code : data.fallback;
    document.documentElement.lang = language;
    document.title = word("app.title");
    translateGradio(document.body);
    nameMessages();
    refreshDrawer();
  }

  const gradioKeys = Object.keys(data.texts.en).filter((key) => key.startsWith("gradio."));
  const gradioWords = new Map();
  for (const code of Object.keys(data.texts)) for (const key of gradioKeys) gradioWords.set(data.texts[code][key].toLowerCase(), key);
  function translated(value) {
    const key = gradioWords.get((value || "").trim().toLowerCase());
    return key && word(key) !== value.trim() ? word(key) : null;
  }
  function translateGradio(root) {
    if (!root || !root.querySelectorAll) return;
    for (const element of [root, ...every("[aria-label], [title], button, #ra-upload *, .toast-wrap *", root)]) {
      for (const name of ["aria-label", "title"]) {
        const better = element.getAttribute && translated(element.getAttribute(name));
        if (better) element.setAttribute(name, better);
      }
      if (element.closest && element.closest("#ra-chat .message-content, #ra-source, #ra-list")) continue;
      for (const node of element.childNodes || []) {
        if (node.nodeType !== Node.TEXT_NODE) continue;
        const better = translated(node.data);
        if (better) node.data = better;
      }
    }
  }

  // What Gradio's chat leaves out: markers that look and speak like buttons, messages named by who speaks (it reads out the raw Markdown).
  function nameMessages() {
    for (const link of every('#ra-chat a[href*="#cite-"]')) {
      const marker = /^\[(\d+)\]$/.exec(link.dataset.marker || link.textContent.trim());
      if (!marker) continue;
      const spoken = word("answer.open").replace("{marker}", marker[1]);
      if (link.dataset.marker) { if (link.getAttribute("aria-label") !== spoken) link.setAttribute("aria-label", spoken); continue; }
      link.dataset.marker = marker[0];
      link.textContent = marker[1];
      link.classList.add("ra-marker");
      link.setAttribute("aria-label", spoken);
    }
    for (const [who, key] of [["user", "chat.message_you"], ["bot", "chat.message_answer"]]) {
      for (const message of every(`#ra-chat [data-testid="${who}"]`)) {
        if (message.getAttribute("aria-label") !== word(key)) message.setAttribute("aria-label", word(key));
      }
    }
    const log = one('#ra-chat [role="log"]');
    if (log && log.getAttribute("aria-label") !== word("chat.label")) log.setAttribute("aria-label", word("chat.label"));
    markActive();
  }

  // ---- citations and the source panel ---------------------------------------------------------------------------
  let sourceElement = null, askSource = null, openCid = "", opener = null, keepScroll = null, focusNext = ".ra-close", zoom = 0;
  const chatCites = () => {
    const cids = every('#ra-chat a[href*="#cite-"]').map((link) => cidOf(link));
    return cids.filter((cid, at) => cids.indexOf(cid) === at);
  };
  const cidOf = (link) => "#" + link.getAttribute("href").split("#")[1];

  function openSource(cid, from) {
    if (!askSource) return;
    openCid = cid;
    if (from) opener = from;
    keepScroll = null;
    focusNext = ".ra-close";
    document.body.classList.add("ra-source-open");
    document.body.classList.remove("ra-reports-open");
    refreshDrawer();
    sourceElement.setAttribute("aria-busy", "true");
    markActive();
    // a whole report opens as text, whatever was chosen for citations
    askSource("submit", { cid, view: cid.endsWith("-0-0") ? "" : read(VIEW_KEY) || "" });
  }
  function closeSource() {
    document.body.classList.remove("ra-source-open", "ra-page-open");
    openCid = "";
    markActive();
    if (opener && opener.isConnected) opener.focus();
    opener = null;
  }
  function markActive() {
    for (const link of every('a[href*="#cite-"]')) {
      const active = Boolean(openCid) && cidOf(link) === openCid;
      if (active !== link.hasAttribute("aria-current")) link.toggleAttribute("aria-current", active);
    }
  }
  function step(by) {
    const cids = chatCites(), at = cids.indexOf(openCid);
    if (!cids.length) return;
    openSource(cids[at < 0 ? 0 : (at + by + cids.length) % cids.length]);
  }
  function showCited(smooth) {
    const body = one(".ra-source-body", sourceElement), mark = one("#ra-cited", sourceElement);
    if (!body) return;
    if (!mark) { body.scrollTop = 0; return; }
    const table = mark.closest(".ra-table");
    if (table) { // a long table scrolls inside itself, under its header and beside its first column
      const row = mark.closest("tr").getBoundingClientRect(), around = table.getBoundingClientRect();
      table.scrollTop += row.top - around.top - Math.max(0, (around.height - row.height) / 2);
    }
    const place = mark.getBoundingClientRect(), frame = body.getBoundingClientRect();
    const top = body.scrollTop + place.top - frame.top - Math.max(24, (frame.height - place.height) / 3);
    const left = body.scrollLeft + place.left - frame.left - Math.max(24, (frame.width - place.width) / 2);
    body.scrollTo({ top, left: Math.max(0, left), behavior: smooth && !matchMedia("(prefers-reduced-motion: reduce)").matches ? "smooth" : "auto" });
  }
  function sourceArrived() {
    sourceElement.removeAttribute("aria-busy");
    const panel = one(".ra-panel", sourceElement), body = one(".ra-source-body", sourceElement);
    if (!panel || !document.body.classList.contains("ra-source-open")) return;
    const cids = chatCites(), at = cids.indexOf(openCid);
    one(".ra-count", panel).textContent = at < 0 ? "" : `${at + 1} / ${cids.length}`;
    one(".ra-steps", panel).hidden = cids.length < 2 || at < 0;
    document.body.classList.toggle("ra-page-open", panel.dataset.view === "page");
    fitPicture();
    if (keepScroll) {
      // "show more" keeps the line that was read where it was
      body.scrollTop = keepScroll.direction === "up" ? body.scrollHeight - keepScroll.fromEnd : keepScroll.top;
      keepScroll = null;
    } else {
      showCited(false);
      const next = one(focusNext, panel);
      (next && !next.disabled ? next : one(".ra-close", panel)).focus({ preventScroll: true });
    }
  }
  // A page is as wide as the panel, or wider where its letters would be too small to read; "+" and "−" change that.
  const ZOOMS = [1, 1.25, 1.5, 2, 2.5, 3, 4], READABLE = 10; // pixels of a line
  function fitPicture() {
    const picture = one(".ra-picture", sourceElement);
    if (!picture) return;
    const lines = every(".ra-box:not(.ra-value-box)", picture).map((box) => box.getBoundingClientRect().height * 100 / (parseFloat(picture.style.width) || 100));
    const wanted = lines.length ? READABLE / Math.min(...lines) : 1;
    if (!zoom) picture.style.width = `${100 * (ZOOMS.find((step) => step >= Math.min(wanted, 2)) || 1)}%`;
    else picture.style.width = `${100 * zoom}%`;
  }
  function zoomBy(by) {
    const picture = one(".ra-picture", sourceElement), body = one(".ra-source-body", sourceElement);
    if (!picture) return;
    const now = (parseFloat(picture.style.width) || 100) / 100, at = ZOOMS.findIndex((step) => step >= now - 0.01);
    zoom = ZOOMS[Math.min(Math.max(at + by, 0), ZOOMS.length - 1)];
    const middle = [body.scrollTop + body.clientHeight / 2, body.scrollLeft + body.clientWidth / 2].map((value) => value * zoom / now);
    picture.style.width = `${100 * zoom}%`;
    if (one("#ra-cited", picture)) showCited(false);
    else body.scrollTo(middle[1] - body.clientWidth / 2, middle[0] - body.clientHeight / 2);
  }
  function showView(view) {
    write(VIEW_KEY, view);
    focusNext = `.ra-view[data-view=${view}]`;
    askSource("submit", { cid: openCid, view });
  }
  function turnTo(page, button) {
    focusNext = `.ra-turn:${button.previousElementSibling ? "last-of-type" : "first-of-type"}`;
    askSource("submit", { cid: openCid, view: "page", page });
  }
  function more(button) {
    const text = one(".ra-text", sourceElement), body = one(".ra-source-body", sourceElement);
    const direction = button.dataset.direction;
    keepScroll = { direction, top: body.scrollTop, fromEnd: body.scrollHeight - body.scrollTop };
    button.disabled = true;
    askSource("submit", { cid: openCid, view: "text", first: Number(text.dataset.first), last: Number(text.dataset.last), direction });
  }

  // ---- the list of reports --------------------------------------------------------------------------------------
  let askReports = null, askEarlier = null;
  const unpicked = () => { try { return new Set(JSON.parse(read(UNPICKED_KEY) || "[]")); } catch { return new Set(); } };
  function applyPicks() {
    const off = unpicked();
    for (const box of every("#ra-list .ra-pick")) box.checked = !off.has(box.value);
    refreshDrawer();
  }
  function storePicks() {
    write(UNPICKED_KEY, JSON.stringify(every("#ra-list .ra-pick").filter((box) => !box.checked).map((box) => box.value)));
    refreshDrawer();
  }
  function picked() {
    const boxes = every("#ra-list .ra-pick");
    const on = boxes.filter((box) => box.checked).map((box) => box.value);
    return !boxes.length || on.length === boxes.length ? "" : JSON.stringify(on);
  }
  function refreshDrawer() {
    const drawer = one(".ra-drawer");
    if (!drawer) return;
    const boxes = every("#ra-list .ra-pick"), open = document.body.classList.contains("ra-reports-open");
    const on = boxes.filter((box) => box.checked).length;
    drawer.textContent = open ? word("reports.close") : word("reports.open").replace("{count}", on === boxes.length ? on : `${on}/${boxes.length}`);
    drawer.setAttribute("aria-expanded", String(open));
  }
  const folded = (value) => value.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/gi, "d").toLowerCase();
  function find(value) {
    const wanted = folded(value);
    for (const row of every("#ra-list .ra-report")) row.hidden = !folded(row.dataset.find).includes(wanted);
  }
  // Gradio would refuse a file over the limit after sending all of it, in a sentence of its own.
  function refuseTooLarge(event, files) {
    for (const note of every(".ra-too-large")) note.remove();
    const large = [...(files || [])].find((file) => file.size > data.maxUploadMB * 1e6);
    if (!large) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const note = document.createElement("p");
    note.className = "ra-problem ra-too-large";
    note.setAttribute("role", "alert");
    note.textContent = word("reports.too_large").replace("{file}", large.name).replace("{size}", Math.ceil(large.size / 1e6))
      .replace("{limit}", data.maxUploadMB);
    one("#ra-upload").after(note);
    if (event.target.matches("input")) event.target.value = "";
  }
  function confirmRemoval(row, show) {
    one(".ra-confirm", row).hidden = !show;
    one(".ra-actions", row).hidden = show;
    one(show ? ".ra-confirm-no" : ".ra-remove", row).focus();
  }

  let focusList = []; // selectors, the first one found gets the focus
  function editDetails(id, open) {
    if (!askReports) return;
    const row = `.ra-report[data-report="${CSS.escape(id)}"]`;
    focusList = [`${row} .ra-details input`, `${row} .ra-edit`];
    askReports("submit", open ? { edit: id } : { list: true });
  }
  function saveDetails(form) {
    // only what was changed is sent: a value that stays goes on being the one that was read
    const inputs = every("input[data-field]", form).filter((input) => input.value !== input.dataset.was);
    const row = `.ra-report[data-report="${CSS.escape(form.dataset.report)}"]`;
    if (!inputs.length) return editDetails(form.dataset.report, false);
    focusList = [`${row} .ra-details input[data-field=${inputs[0].dataset.field}]`, `${row} .ra-edit`];
    every("button", form).forEach((button) => { button.disabled = true; });
    askReports("submit", { save: form.dataset.report, fields: Object.fromEntries(inputs.map((input) => [input.dataset.field, input.value])) });
  }
  function listArrived() {
    applyPicks();
    const wanted = focusList.map((selector) => one(selector)).find(Boolean);
    focusList = [];
    if (wanted) wanted.focus();
  }

  // A follow-up as it was searched goes back into the box, to be changed and asked again.
  function editQuestion(question) {
    const box = one("#ra-box textarea");
    if (!box || !question) return;
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(box, question);
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
  }

  // ---- events ---------------------------------------------------------------------------------------------------
  function clicked(event) {
    const at = (selector) => event.target.closest(selector);
    const link = at('a[href*="#cite-"]');
    if (link) {
      event.preventDefault();
      event.stopPropagation();
      openSource(cidOf(link), link);
      return;
    }
    const edit = at('#ra-chat a[href*="#edit-question"]');
    if (edit) {
      event.preventDefault();
      event.stopPropagation();
      editQuestion(one(".ra-standalone", edit.closest(".message-content, .message") || edit.parentElement)?.textContent || "");
      return;
    }
    if (at(".ra-skip")) { event.preventDefault(); one("#ra-box textarea")?.focus(); return; }
    if (at(".ra-drawer")) { document.body.classList.toggle("ra-reports-open"); refreshDrawer(); return; }
    if (at(".ra-close")) return closeSource();
    if (at(".ra-prev")) return step(-1);
    if (at(".ra-next")) return step(1);
    if (at(".ra-jump")) return one("#ra-cited", sourceElement) ? showCited(true) : openSource(openCid);
    if (at(".ra-view")) return showView(at(".ra-view").dataset.view);
    if (at(".ra-turn")) return turnTo(Number(at(".ra-turn").dataset.page), at(".ra-turn"));
    if (at(".ra-zoom")) return zoomBy(Number(at(".ra-zoom").dataset.by));
    if (at(".ra-more")) return more(at(".ra-more"));
    if (at(".ra-all") || at(".ra-none")) {
      for (const box of every("#ra-list .ra-report:not([hidden]) .ra-pick")) box.checked = Boolean(at(".ra-all"));
      return storePicks();
    }
    const chat = at(".ra-chat-open, .ra-chat-forget");
    if (chat && askEarlier) {
      const opens = chat.classList.contains("ra-chat-open");
      askEarlier("submit", { [opens ? "open" : "forget"]: Number(chat.dataset.chat) });
      if (opens) { closeSource(); document.body.classList.remove("ra-reports-open"); refreshDrawer(); }
      return;
    }
    const row = at(".ra-report");
    if (!row) return;
    if (at(".ra-edit")) return editDetails(row.dataset.report, at(".ra-edit").getAttribute("aria-expanded") !== "true");
    if (at(".ra-cancel")) return editDetails(row.dataset.report, false);
    if (at(".ra-remove")) return confirmRemoval(row, true);
    if (at(".ra-confirm-no")) return confirmRemoval(row, false);
    if (at(".ra-confirm-yes") && askReports) {
      every("button", row).forEach((button) => { button.disabled = true; });
      askReports("submit", { remove: row.dataset.report });
    }
  }
  function keyed(event) {
    if (event.key !== "Escape") return;
    if (document.body.classList.contains("ra-source-open")) closeSource();
    else if (document.body.classList.contains("ra-reports-open")) { document.body.classList.remove("ra-reports-open"); refreshDrawer(); }
  }
  document.addEventListener("click", clicked, true);
  document.addEventListener("keydown", keyed);
  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".ra-details")) return;
    event.preventDefault();
    saveDetails(event.target);
  }, true);
  // Enter that ends a syllable in a Vietnamese input method is not Enter that sends.
  for (const kind of ["keydown", "keypress"]) {
    document.addEventListener(kind, (event) => { if (event.isComposing && event.key === "Enter") event.stopImmediatePropagation(); }, true);
  }
  document.addEventListener("change", (event) => { if (event.target.matches?.("#ra-upload input[type=file]")) refuseTooLarge(event, event.target.files); }, true);
  document.addEventListener("drop", (event) => { if (event.target.closest?.("#ra-upload")) refuseTooLarge(event, event.dataTransfer?.files); }, true);
  document.addEventListener("change", (event) => { if (event.target.matches?.(".ra-pick")) storePicks(); });
  document.addEventListener("input", (event) => { if (event.target.matches?.(".ra-find")) find(event.target.value); });

  // Copying an answer gives plain text: links to the source panel and the page's own tags mean nothing elsewhere.
  function plain(markdown) {
    const bare = markdown.replace(/\[\[(\d+)\]\]\(#cite-[^)\s]*\)/g, "[$1]").replace(/\[([^\]]*)\]\(#cite-[^)\s]*\)/g, "$1")
      .replace(/<br>/g, "\n").replace(/<[^>]*>/g, "");
    const area = document.createElement("textarea");
    area.innerHTML = bare;
    return area.value;
  }
  if (navigator.clipboard && navigator.clipboard.writeText) {
    const writeText = navigator.clipboard.writeText.bind(navigator.clipboard);
    try { navigator.clipboard.writeText = (value) => writeText(/#cite-|&#\d+;/.test(value) ? plain(value) : value); } catch { /* copies Markdown */ }
  }

  document.documentElement.lang = language;
  // The server sends its default language first; the page stays hidden until its words are the reader's (or something went wrong).
  document.documentElement.classList.add("ra-wait");
  const show = () => document.documentElement.classList.remove("ra-wait");
  setTimeout(show, 2500);
  let queued = false;
  document.addEventListener("DOMContentLoaded", () => {
    setLanguage(language);
    new MutationObserver(() => {
      if (queued) return;
      queued = true;
      requestAnimationFrame(() => {
        queued = false;
        translateGradio(document.body);
        nameMessages();
        if (one(".ra-brand")?.dataset.language === language) show();
        if (document.documentElement.lang !== language) document.documentElement.lang = language;
        if (document.title !== word("app.title")) document.title = word("app.title");
      });
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
  });

  window.ra = {
    wanted: () => language,
    choose(code) { write(LANGUAGE_KEY, code); setLanguage(code); return code; },
    withPicked(given) { const next = [...given]; next[next.length - 2] = picked(); return next; },
    sourcePanel(element, trigger, watch) {
      sourceElement = element;
      askSource = trigger;
      watch("value", sourceArrived);
      // A program's citation is a link to this page that names its place.
      const linked = () => { if (/^#cite-[\w.:-]+-\d+-\d+(~\d+~\d+)?$/.test(location.hash)) openSource(location.hash); };
      addEventListener("hashchange", linked);
      linked();
    },
    earlierList(element, trigger) { askEarlier = trigger; },
    reportList(element, trigger, watch) {
      askReports = trigger;
      applyPicks();
      watch("value", listArrived);
    },
  };
})();
