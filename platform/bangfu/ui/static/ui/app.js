/* The behaviour of the pages. No library but htmx; ECharts is fetched when a page holds a chart. */
(function () {
  "use strict";

  const root = document.documentElement;
  const text = (name) => document.body.dataset["text" + name];
  const all = (selector, within) => Array.from((within || document).querySelectorAll(selector));
  const remember = {
    get(key) { try { return localStorage.getItem(key); } catch { return null; } },
    set(key, value) { try { localStorage.setItem(key, value); } catch { /* private window */ } },
  };

  /* --- messages ------------------------------------------------------------------------------ */

  function say(message, level) {
    const list = document.getElementById("toasts");
    if (!list) { return; }
    const note = document.createElement("div");
    note.className = "note note-" + (level || "info");
    note.setAttribute("role", level === "error" ? "alert" : "status");
    const words = document.createElement("span");
    words.textContent = message;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "btn-icon";
    close.dataset.remove = ".note";
    close.setAttribute("aria-label", text("Close"));
    close.textContent = "×";
    note.append(words, close);
    if (level === "success") { note.dataset.dismiss = "8000"; }
    list.append(note);
    dismissLater(list);
  }

  function dismissLater(within) {
    all("[data-dismiss]", within).forEach((note) => {
      setTimeout(() => note.remove(), Number(note.dataset.dismiss));
      delete note.dataset.dismiss;
    });
  }

  /* A table or a sheet wider than its place is scrolled by keyboard too. */
  function letScroll(within) {
    all(".table-wrap, .paper .sheet", within).forEach((place) => {
      if (place.scrollWidth > place.clientWidth) { place.tabIndex = 0; } else { place.removeAttribute("tabindex"); }
    });
  }
  addEventListener("resize", () => letScroll(document));

  /* --- charts -------------------------------------------------------------------------------- */

  let library = null;
  function echarts() {
    library = library || new Promise((loaded, failed) => {
      const script = document.createElement("script");
      script.src = root.dataset.echarts;
      script.onload = () => loaded(window.echarts);
      script.onerror = failed;
      document.head.append(script);
    });
    return library;
  }

  function draw(within) {
    const places = all("[data-chart]:not([data-drawn])", within);
    if (!places.length) { return; }
    echarts().then((engine) => places.forEach((place) => {
      const options = JSON.parse(document.getElementById(place.dataset.chart).textContent);
      const chart = engine.init(place, null, { renderer: "svg" });
      options.tooltip = Object.assign({ renderMode: "richText", confine: true }, options.tooltip);
      options.animation = false;
      options.color = options.color || ["#2f6fd6", "#d9860a", "#3d9a55", "#8a5cc2", "#c7161d", "#5c7a99"];
      options.textStyle = Object.assign({ fontFamily: getComputedStyle(document.body).fontFamily }, options.textStyle);
      chart.setOption(options);
      place.dataset.drawn = "1";
      new ResizeObserver(() => chart.resize()).observe(place);
      chart.on("click", (event) => { if (event.data && event.data.url) { location.href = event.data.url; } });
    }));
  }

  /* --- menu ---------------------------------------------------------------------------------- */

  function menu() {
    const phone = matchMedia("(max-width: 768px)");
    const button = document.querySelector("[data-menu]");
    if (!button) { return; }
    const shown = () => phone.matches ? document.body.classList.contains("side-open") : !document.body.classList.contains("side-narrow");
    const tell = () => button.setAttribute("aria-expanded", String(shown()));
    document.body.classList.toggle("side-narrow", remember.get("side") === "narrow");
    tell();
    phone.addEventListener("change", tell);
    button.addEventListener("click", () => {
      document.body.classList.toggle(phone.matches ? "side-open" : "side-narrow");
      if (!phone.matches) { remember.set("side", shown() ? "wide" : "narrow"); }
      tell();
    });
    document.getElementById("main").addEventListener("click", () => {
      if (phone.matches) { document.body.classList.remove("side-open"); tell(); }
    });
    all(".side-group").forEach((group) => {
      const key = "group-" + group.querySelector("summary").textContent.trim();
      if (remember.get(key) === "closed" && !group.querySelector("[aria-current]")) { group.open = false; }
      group.addEventListener("toggle", () => remember.set(key, group.open ? "open" : "closed"));
    });
    const current = document.querySelector(".side [aria-current]");
    if (current) { current.scrollIntoView({ block: "nearest" }); }
  }

  /* A list keeps its search: the crumbs of a record lead back to the list as it was. */
  function keepSearch() {
    if (document.querySelector(".search")) { sessionStorage.setItem("list " + location.pathname, location.search); }
    all(".crumbs a, a[data-back]").forEach((link) => {
      if (link.pathname !== location.pathname) { link.search = sessionStorage.getItem("list " + link.pathname) || link.search; }
    });
  }

  /* What a phone has asked for folds away again: the list is seen, and the head says how many fields narrow it. */
  function foldSearch(form) {
    const fold = form.previousElementSibling;
    if (!fold || !fold.matches(".search-fold")) { return; }
    const filled = all("input:not([type=hidden]), select", form)
      .filter((field) => field.matches("[type=checkbox], [type=radio]") ? field.checked : field.value.trim()).length;
    const number = fold.querySelector("[data-filled]");
    number.textContent = filled;
    number.hidden = !filled;
    fold.open = false;
    if (fold.offsetParent) { fold.querySelector("summary").focus(); }
  }

  /* --- lists --------------------------------------------------------------------------------- */

  function countSelected() {
    const boxes = all('input[name="ids"]');
    const ticked = boxes.filter((box) => box.checked).length;
    const whole = ticked > 0 && ticked === boxes.length;
    all(".bar > span.sel").forEach((place) => { place.hidden = !boxes.length; });
    let shown = ticked;
    all("[data-every-of]").forEach((offer) => {
      const total = Number(offer.dataset.everyOf);
      const every = offer.querySelector("[data-every]");
      offer.hidden = !whole || total <= boxes.length;
      if (offer.hidden) { every.checked = false; }
      if (every.checked) { shown = total; }
    });
    all("[data-selected]").forEach((place) => { place.textContent = shown.toLocaleString("en"); });
    all("[data-batch]").forEach((button) => { button.disabled = ticked === 0; });
  }

  function sendSelected(form) {
    all("[data-carried]", form).forEach((old) => old.remove());
    const carry = (name, value) => {
      const input = document.createElement("input");
      Object.assign(input, { type: "hidden", name, value });
      input.dataset.carried = "1";
      form.append(input);
    };
    if (document.querySelector("[data-every]:checked")) { carry("every", "1"); return; }
    all('input[name="ids"]:checked').forEach((box) => carry("ids", box.value));
  }

  function chooseColumns(within) {
    all("table[data-grid]:not([data-chosen])", within).forEach((table) => {
      const key = "columns-" + table.dataset.grid;
      const hidden = new Set((remember.get(key) || "").split("|"));
      const heads = all("thead th", table).filter((head) => head.textContent.trim());
      const show = (head) => all("tr", table).forEach((row) => {
        const cell = row.cells[head.cellIndex];
        if (cell && row.cells.length === head.parentElement.cells.length) { cell.hidden = hidden.has(head.textContent.trim()); }
      });
      const chooser = document.createElement("details");
      chooser.className = "drop columns";
      chooser.dataset.drop = "";
      const summary = document.createElement("summary");
      summary.className = "btn btn-light";
      summary.textContent = text("Columns");
      const list = document.createElement("div");
      list.className = "drop-list";
      heads.slice(1).forEach((head) => {
        const name = head.textContent.trim();
        const label = document.createElement("label");
        const box = document.createElement("input");
        Object.assign(box, { type: "checkbox", checked: !hidden.has(name) });
        box.addEventListener("change", () => {
          if (box.checked) { hidden.delete(name); } else { hidden.add(name); }
          remember.set(key, Array.from(hidden).join("|"));
          show(head);
        });
        label.append(box, " " + name);
        list.append(label);
        show(head);
      });
      chooser.append(summary, list);
      const bar = table.closest(".panel") && table.closest(".panel").querySelector(".bar");
      if (bar && heads.length > 4) { bar.append(chooser); }
      table.dataset.chosen = "1";
    });
  }

  /* --- forms --------------------------------------------------------------------------------- */

  let unsaved = false;
  addEventListener("beforeunload", (event) => { if (unsaved) { event.preventDefault(); event.returnValue = text("Leave"); } });

  /* A form with much in it leaves only when the server can be reached: what was typed during a visit stays on the
     phone until the network is back. */
  function sendWhenReached(form, button) {
    if (form.dataset.asking) { return; }
    form.dataset.asking = "1";
    const patience = new AbortController();
    const late = setTimeout(() => patience.abort(), 10000);
    const icon = document.querySelector("link[rel=icon]").href;
    fetch(icon, { method: "HEAD", cache: "no-store", signal: patience.signal })
      .then(() => { form.dataset.reached = "1"; form.requestSubmit(button); }, () => say(text("Unsent"), "error"))
      .finally(() => { clearTimeout(late); delete form.dataset.asking; });
  }

  function fillFromIdNumber(input) {
    const number = input.value.trim().toUpperCase();
    if (!/^\d{17}[\dX]$/.test(number)) { return; }
    const birthday = number.slice(6, 10) + "-" + number.slice(10, 12) + "-" + number.slice(12, 14);
    const born = new Date(birthday + "T00:00:00");
    if (Number.isNaN(born.getTime())) { return; }
    const today = new Date();
    const before = [today.getMonth() - born.getMonth(), today.getDate() - born.getDate()];
    const early = before[0] < 0 || (before[0] === 0 && before[1] < 0);
    const values = { birthday, sex: Number(number[16]) % 2 ? "male" : "female", age: today.getFullYear() - born.getFullYear() - (early ? 1 : 0) };
    const scope = input.closest("[data-person]") || input.form || document;
    Object.keys(values).forEach((name) => all("[data-id-" + name + "]", scope).forEach((target) => {
      if (target.matches("input, select")) { target.value = values[name]; } else { target.textContent = values[name]; }
    }));
  }

  function listFiles(input) {
    const list = input.closest("[data-upload]").querySelector("[data-files]");
    list.replaceChildren(...Array.from(input.files, (file) => {
      const line = document.createElement("li");
      line.textContent = file.name + "（" + (file.size / 1048576).toFixed(2) + " MB）";
      return line;
    }));
  }

  function open(dialog) {
    dialog.showModal();
    const first = dialog.querySelector("textarea, select, input:not([type=hidden])") || dialog.querySelector("footer [type=submit]");
    if (first) { first.focus(); }
  }

  /* --- masked values ------------------------------------------------------------------------- */

  let asked = null;
  function askToReveal(button) {
    asked = button;
    open(document.getElementById("reveal"));
  }

  function reveal(form) {
    const target = asked.closest(".masked");
    const place = target.parentElement;
    const position = Array.from(place.children).indexOf(target);
    document.getElementById("reveal").close();
    window.htmx.ajax("POST", asked.dataset.reveal, { target, swap: "outerHTML", values: { reason: form.elements.reason.value } }).then(() => {
      /* The button that had the keyboard is gone: it goes on from what was revealed. */
      const shown = place.children[position];
      if (shown) { shown.tabIndex = -1; shown.focus(); }
    });
  }

  /* --- events -------------------------------------------------------------------------------- */

  document.addEventListener("click", (event) => {
    const hit = (selector) => event.target.closest(selector);
    let found;
    all("details[data-drop][open]").forEach((drop) => { if (!drop.contains(event.target)) { drop.open = false; } });
    if ((found = hit("[data-dialog]"))) { open(document.getElementById(found.dataset.dialog)); }
    if ((found = hit("[data-close]"))) { found.closest("dialog").close(); }
    if ((found = hit("[data-remove]"))) { found.closest(found.dataset.remove).remove(); }
    if ((found = hit("[data-reveal]"))) { askToReveal(found); }
    if (hit("[data-print]")) { print(); }
    if ((found = hit("[data-camera], [data-pick]"))) {
      const input = found.closest("[data-upload]").querySelector("input[type=file]");
      if (found.matches("[data-camera]")) { input.setAttribute("capture", "environment"); } else { input.removeAttribute("capture"); }
      input.click();
    }
    if ((found = hit("[data-phrase]"))) {
      const field = document.getElementById(found.dataset.phrase);
      field.value = field.value ? field.value + found.textContent.trim() : found.textContent.trim();
      field.focus();
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") { return; }
    all("details[data-drop][open]").forEach((drop) => { drop.open = false; drop.querySelector("summary").focus(); });
    if (document.body.classList.contains("side-open")) { document.querySelector("[data-menu]").click(); document.querySelector("[data-menu]").focus(); }
  });

  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input.matches("[data-all]")) { all('input[name="ids"]').forEach((box) => { box.checked = input.checked; }); }
    if (input.matches('[data-all], [data-every], input[name="ids"]')) { countSelected(); }
    if (input.matches("[data-id-no]")) { fillFromIdNumber(input); }
    if (input.matches("[data-upload] input[type=file]")) { listFiles(input); }
    if (input.matches("[data-submit]")) { input.form.requestSubmit(); }
  });

  document.addEventListener("input", (event) => {
    if (event.target.closest("form[data-guard]")) { unsaved = true; }
    if (event.target.matches("[data-id-no]")) { fillFromIdNumber(event.target); }
  });

  document.addEventListener("submit", (event) => {
    if (event.target.matches("form[data-guard]") && !event.target.dataset.reached) { event.preventDefault(); sendWhenReached(event.target, event.submitter); return; }
    delete event.target.dataset.reached;
    unsaved = false;
    if (event.target.matches("[data-reveal-form]")) { event.preventDefault(); reveal(event.target); event.target.reset(); return; }
    if (event.target.matches("[data-with-selected]")) { sendSelected(event.target); }
    if (event.target.matches(".search")) { foldSearch(event.target); }
    if (event.target.method === "post" && !event.target.hasAttribute("hx-post")) {
      setTimeout(() => all("button:not([type=button]):enabled", event.target).forEach((button) => { button.disabled = true; button.dataset.sent = "1"; }));
      setTimeout(() => againPressable(event.target), event.target.target ? 2000 : 15000);
    }
  });

  /* An answer in a new page, or a file, leaves this page where it is: its buttons come back. */
  function againPressable(within) {
    all("[data-sent]", within).forEach((button) => { button.disabled = false; delete button.dataset.sent; });
  }
  addEventListener("pageshow", () => againPressable(document));

  document.addEventListener("htmx:afterSettle", (event) => { keepSearch(); draw(event.target); chooseColumns(event.target); letScroll(event.target); dismissLater(event.target); countSelected(); });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const login = document.body.dataset.login;
    if (login && new URL(event.detail.xhr.responseURL || location.href, location.href).pathname.startsWith(login)) { event.detail.shouldSwap = false; location.reload(); }
  });
  function problem(answer) {
    try { return JSON.parse(answer).detail; } catch { return ""; }
  }
  document.addEventListener("htmx:responseError", (event) => say(problem(event.detail.xhr.responseText) || text("Failed"), "error"));
  document.addEventListener("htmx:sendError", () => say(text("Offline"), "error"));
  document.addEventListener("toast", (event) => say(event.detail.text || event.detail.value, event.detail.level));

  /* Whoever comes back to a form sends that form again, not another: it keeps the key it was drawn with. */
  function keepKeys() {
    const before = (history.state || {}).once || {}, kept = {};
    all("input[name=once]").forEach((input, place) => {
      const form = (input.form.getAttribute("action") || "") + "#" + place;
      input.value = before[form] || input.value;
      kept[form] = input.value;
    });
    if (Object.keys(kept).length) { history.replaceState(Object.assign({}, history.state, { once: kept }), ""); }
  }

  keepKeys();
  menu();
  keepSearch();
  draw(document);
  chooseColumns(document);
  letScroll(document);
  dismissLater(document);
  countSelected();
  const wrong = document.querySelector(".has-error input, .has-error select, .has-error textarea");
  if (wrong) { wrong.focus(); }
  root.dataset.ready = "1";
})();
