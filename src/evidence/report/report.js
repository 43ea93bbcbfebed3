"use strict";
(function () {
  const root = document.documentElement;
  const all = (selector, within) => Array.from((within || document).querySelectorAll(selector));
  const by = (id) => document.getElementById(id);

  // Light and dark.
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const theme = by("theme");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
  const label = () => {
    theme.textContent = isDark() ? "Light" : "Dark";
    theme.setAttribute("aria-label", "Switch to " + (isDark() ? "light" : "dark") + " colours");
  };
  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    label();
  });
  dark.addEventListener("change", label);
  label();

  // Filter and search.
  const items = all("[data-standing]");
  const groups = all("[data-group]");
  const count = by("count");
  const none = by("none");
  const search = by("search");
  const choices = { standing: by("standing"), severity: by("severity"), area: by("area") };
  let texts = null;
  const text = (item) => {
    // What an example says is searched, its exchanges are not.
    const said = item.matches("details") ? all("summary, .about", item) : [item];
    return said.map((part) => part.textContent).join(" ").toLowerCase();
  };
  const apply = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length && !texts) texts = items.map(text);
    let shown = 0;
    items.forEach((item, index) => {
      const fits =
        Object.entries(choices).every(([key, choice]) => !choice.value || item.dataset[key] === choice.value) &&
        words.every((word) => texts[index].includes(word));
      item.hidden = !fits;
      if (fits) shown += Number(item.dataset.count || 1);
    });
    groups.forEach((group) => {
      group.hidden = !group.querySelector("[data-standing]:not([hidden])");
    });
    none.hidden = shown > 0;
    count.textContent = shown + (shown === 1 ? " example" : " examples");
  };
  let waiting = 0;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 120);
  });
  Object.values(choices).forEach((choice) => choice.addEventListener("change", apply));
  by("filter").addEventListener("submit", (event) => event.preventDefault());
  by("filter").addEventListener("reset", () => setTimeout(apply, 0));
  const toggle = (open) => all("details.example:not([hidden])").forEach((item) => (item.open = open));
  by("open").addEventListener("click", () => toggle(true));
  by("close").addEventListener("click", () => toggle(false));
  all("[data-needs-script]").forEach((part) => (part.hidden = false));
  apply();

  // A link into something that is closed or filtered out opens it.
  const reveal = () => {
    const target = location.hash.length > 1 && by(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    const hidden = target.closest("[hidden]");
    if (hidden) {
      by("filter").reset();
      setTimeout(() => { apply(); reveal(); }, 0);
      return;
    }
    for (let part = target; part; part = part.parentElement) if (part.matches("details")) part.open = true;
    target.scrollIntoView();
    if (target.matches("details")) target.querySelector("summary").focus({ preventScroll: true });
  };
  addEventListener("hashchange", reveal);
  reveal();

  // On paper nothing that matters is closed.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all("details.matters:not([open]), details.matters .cited details:not([open])");
    closed.forEach((part) => (part.open = true));
  });
  addEventListener("afterprint", () => {
    closed.forEach((part) => (part.open = false));
    closed = [];
  });
})();
