// What a mark says, beside the pointer at once. Without this script the browser shows it by itself, later.
(() => {
  const tip = document.getElementById("tip");
  for (const mark of document.querySelectorAll(".mark")) {
    const title = mark.querySelector("title");
    const said = title.textContent;
    title.remove();
    mark.setAttribute("aria-label", said);
    mark.addEventListener("pointermove", (event) => {
      tip.textContent = said;
      tip.hidden = false;
      const left = Math.min(event.clientX + 14, window.innerWidth - tip.offsetWidth - 8);
      tip.style.transform = `translate(${Math.max(8, left)}px, ${event.clientY + 18}px)`;
    });
    mark.addEventListener("pointerleave", () => { tip.hidden = true; });
  }
})();
