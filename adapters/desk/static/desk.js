/* A little more than the pages do without it: times in the reader's zone, keys, and lists that keep up by themselves.

   Nothing depends on it. What it understands is said by attributes of the pages:
   data-row            a row that j and k go to, and Enter opens
   data-key="c"        pressed, it is clicked or focused; within a row it means the row that is selected
   data-submit         a select or a slider whose form is sent when it is changed
   data-live="10"      an element with an id, made anew every so many seconds while nobody types in it
   time[datetime]      shown in the reader's zone, and in UTC on hover
   time[data-ago]      how long ago it is, told anew every half minute
   data-zone           becomes the name of the reader's zone */
"use strict";
(() => {
  const MINUTE = 60, HOUR = 3600, DAY = 86400;
  const UTC = /^(UTC|Etc\/UTC|GMT)$/;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  const two = (number) => String(number).padStart(2, "0");

  /* Times. */
  const lasting = (seconds) => {
    const whole = Math.max(0, Math.floor(seconds));
    if (whole < MINUTE) return "under a minute";
    if (whole < HOUR) return `${Math.floor(whole / MINUTE)} min`;
    if (whole < DAY) return `${Math.floor(whole / HOUR)} h ${Math.floor((whole % HOUR) / MINUTE)} min`;
    return `${Math.floor(whole / DAY)} d ${Math.floor((whole % DAY) / HOUR)} h`;
  };
  const here = (at, seconds) => {
    const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
    return `${day} ${two(at.getHours())}:${two(at.getMinutes())}${seconds ? `:${two(at.getSeconds())}` : ""}`;
  };
  /* The server's clock and the reader's may differ; ages are counted on from what the page said. */
  const born = performance.now();
  const showTimes = (root) => {
    for (const time of root.querySelectorAll("time[datetime]")) {
      const at = new Date(time.dateTime);
      if (Number.isNaN(at.getTime())) continue;
      if (time.dataset.ago !== undefined) {
        time.title = `${here(at, true)}${UTC.test(zone) ? " UTC" : ` · ${time.title}`}`;
      } else {
        time.textContent = here(at, /:\d\d:\d\d/.test(time.textContent));
      }
    }
    for (const name of root.querySelectorAll("[data-zone]")) {
      name.textContent = UTC.test(zone) ? "in UTC" : `yours (${zone.replace(/_/g, " ")}); point at one for UTC`;
    }
  };
  const tellAges = (root) => {
    const passed = (performance.now() - born) / 1000;
    for (const time of root.querySelectorAll("time[data-ago]")) {
      const read = time.textContent.match(/^(?:(\d+) d )?(?:(\d+) h ?)?(?:(\d+) min)?$|^under a minute$/);
      if (!read) continue;
      time.asked ??= (read[1] || 0) * DAY + (read[2] || 0) * HOUR + (read[3] || 0) * MINUTE - passed;
      time.textContent = lasting(time.asked + passed);
    }
  };

  /* Rows. */
  const rows = () => [...document.querySelectorAll("tr[data-row]")].filter((row) => row.offsetParent !== null);
  const nameOf = (row) => row?.id || row?.querySelector("a[href]")?.getAttribute("href") || "";
  const selected = () => document.querySelector("tr[data-row].here");
  const select = (row, focus) => {
    selected()?.classList.remove("here");
    if (!row) return;
    row.classList.add("here");
    row.scrollIntoView({ block: "nearest" });
    if (!focus) return;
    const first = row.querySelector("a[href], button");
    if (!first) row.tabIndex = -1;
    (first || row).focus({ preventScroll: true });
  };
  const move = (step) => {
    const all = rows();
    const at = all.indexOf(selected());
    select(all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + step))], true);
  };
  /* After an act the page is loaded anew: the same row is selected again, or the one that took its place. */
  const place = `row ${location.pathname}`;
  const remember = () => {
    const row = selected();
    if (row) sessionStorage.setItem(place, JSON.stringify([nameOf(row), rows().indexOf(row)]));
  };
  const recall = () => {
    const kept = sessionStorage.getItem(place);
    sessionStorage.removeItem(place);
    if (!kept) return;
    const [name, index] = JSON.parse(kept), all = rows();
    select(all.find((row) => nameOf(row) === name) || all[Math.min(index, all.length - 1)], false);
  };

  /* Keys. */
  const typing = (element) =>
    element?.isContentEditable ||
    /^(TEXTAREA|SELECT)$/.test(element?.tagName) ||
    (element?.tagName === "INPUT" && !/^(checkbox|radio|range|button|submit)$/.test(element.type));
  const seen = (element) => element.offsetParent !== null && !element.disabled;
  const wanted = (key) => {
    const all = [...document.querySelectorAll("[data-key]")].filter((one) => one.dataset.key === key && seen(one));
    const row = selected();
    return {
      own: all.find((one) => row && row.contains(one)),
      global: all.find((one) => !one.closest("tr[data-row]")),
      row: all.map((one) => one.closest("tr[data-row]")).find(Boolean),
    };
  };
  const press = (key) => {
    const found = wanted(key);
    const target = found.own || found.global;
    if (!target) {
      /* The first one is shown, not done: nobody has chosen it yet. */
      if (found.row && !selected()) select(found.row, true);
      return Boolean(found.row);
    }
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) {
      target.focus();
      target.select?.();
    } else {
      target.click();
    }
    return true;
  };
  const KNOWN = { c: "Claim", f: "Fulfill", r: "Release", a: "Approve", d: "Done", n: "Next page", "/": "Search" };
  const keysOn = () => localStorage.getItem("keys") !== "off";
  const made = (name, text, more = {}) => Object.assign(document.createElement(name), text ? { textContent: text } : {}, more);
  const wordsOf = (element) =>
    element.dataset.keyName || KNOWN[element.dataset.key] || element.getAttribute("aria-label") ||
    (element.labels?.[0] || element).textContent.trim();
  const help = () => {
    document.querySelector("dialog.help")?.remove();
    const dialog = made("dialog", "", { className: "help" });
    dialog.setAttribute("aria-labelledby", "help");
    const list = made("dl", "", { className: "facts" });
    const tell = (keys, words) => {
      const term = made("dt");
      keys.forEach((key) => term.append(made("kbd", key), " "));
      list.append(term, made("dd", words));
    };
    if (rows().length) {
      tell(["j", "k"], "Select the next row, the one before");
      tell(["Enter"], "Open the selected row");
    }
    const known = new Map();
    for (const one of document.querySelectorAll("[data-key]")) {
      if (known.has(one.dataset.key) || !seen(one)) continue;
      known.set(one.dataset.key, wordsOf(one) + (one.closest("tr[data-row]") ? " (the selected row)" : ""));
    }
    known.forEach((words, key) => tell([key], words));
    tell(["?"], "These keys");
    tell(["Esc"], "Leave a field, or close this");
    const label = made("label", "", { className: "check" });
    const box = made("input", "", { type: "checkbox", checked: keysOn() });
    box.addEventListener("change", () => localStorage.setItem("keys", box.checked ? "on" : "off"));
    label.append(box, " Single keys do something");
    const close = made("button", "Close", { type: "button", className: "plain" });
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => dialog.remove());
    dialog.append(made("h2", "Keys", { id: "help" }), list, label, close);
    document.body.append(dialog);
    dialog.showModal();
  };
  const onKey = (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") {
      const menu = document.activeElement?.closest("details.who[open]");
      if (menu) {
        menu.open = false;
        menu.querySelector("summary").focus();
      } else if (typing(document.activeElement)) {
        document.activeElement.blur();
      } else {
        document.querySelector("main > .news[role='status']")?.remove();
      }
      return;
    }
    if (typing(event.target)) return;
    if (event.key === "?") {
      event.preventDefault();
      help();
      return;
    }
    if (!keysOn()) return;
    if (event.key === "j" || event.key === "k") {
      event.preventDefault();
      move(event.key === "j" ? 1 : -1);
    } else if (event.key === "Enter") {
      if (event.target === document.body || event.target.id === "main") selected()?.querySelector("a[href]")?.click();
    } else if (event.key.length === 1 && !event.repeat && press(event.key)) {
      event.preventDefault();
    }
  };

  /* Forms: one that acts is sent once; some are sent when they are changed. */
  const onSubmit = (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    setTimeout(() => { delete form.dataset.sent; }, 10_000);
    remember();
    loading?.abort();
  };
  let byKey = false, later = 0;
  const onChange = (event) => {
    if (!event.target.matches?.("[data-submit]")) return;
    clearTimeout(later);
    /* With arrow keys one passes by what one does not want. */
    later = setTimeout(() => event.target.form?.requestSubmit(), byKey ? 900 : 0);
  };

  /* What keeps up by itself. */
  let loading = null;
  const busy = (element) =>
    (element.contains(document.activeElement) && typing(document.activeElement)) ||
    element.querySelector("details[open]") !== null ||
    [...element.querySelectorAll("input, textarea")].some((one) => one.value !== one.defaultValue);
  const markOf = (element) => [element.tagName, element.getAttribute("href"), element.name, element.textContent].join(" ");
  const renew = (element, fresh) => {
    const focused = element.contains(document.activeElement) ? document.activeElement : null;
    const row = selected(), name = nameOf(row), index = rows().indexOf(row);
    const mark = focused && markOf(focused), around = focused && nameOf(focused.closest("tr[data-row]"));
    const inside = row !== null && element.contains(row);
    element.replaceWith(fresh);
    showTimes(fresh);
    if (inside) {
      const all = rows();
      select(all.find((one) => nameOf(one) === name) || all[Math.min(index, all.length - 1)], false);
    }
    if (focused) {
      const alike = [...fresh.querySelectorAll("a, button, summary")].filter((one) => markOf(one) === mark);
      alike.find((one) => nameOf(one.closest("tr[data-row]")) === around)?.focus({ preventScroll: true });
    }
  };
  const keepUp = (id, seconds, last) => {
    setTimeout(async () => {
      const element = document.getElementById(id);
      if (!element) return;
      if (document.hidden || busy(element) || document.querySelector("form[data-sent]")) {
        keepUp(id, seconds, last);
        return;
      }
      loading = new AbortController();
      try {
        const answer = await fetch(location.href, { signal: loading.signal, redirect: "error" });
        if (!answer.ok) throw new Error(`answered ${answer.status}`);
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.getElementById(id), text = fresh?.outerHTML;
        const now = document.getElementById(id);
        if (fresh && now && text !== last && !busy(now)) {
          renew(now, document.adoptNode(fresh));
          last = text;
        }
      } catch {
        /* The server is away, or the session has ended: the next click says so. */
        seconds = Math.min(300, seconds * 2);
      }
      loading = null;
      keepUp(id, seconds, last);
    }, seconds * 1000);
  };

  showTimes(document);
  setInterval(() => tellAges(document), 30_000);
  document.querySelectorAll(".keys[hidden]").forEach((one) => { one.hidden = false; });
  document.querySelector(".top nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  document.addEventListener("keydown", onKey);
  document.addEventListener("keydown", () => { byKey = true; }, true);
  document.addEventListener("pointerdown", () => { byKey = false; }, true);
  document.addEventListener("submit", onSubmit);
  document.addEventListener("change", onChange);
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest?.("tr[data-row]");
    if (row && row !== selected()) select(row, false);
  });
  document.addEventListener("click", (event) => {
    const menu = document.querySelector("details.who[open]");
    if (menu && !menu.contains(event.target)) menu.open = false;
  });
  addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
    recall();
  });
  document.querySelectorAll("[data-live][id]").forEach((one) => {
    keepUp(one.id, Number(one.dataset.live) || 15, null);
  });
})();
