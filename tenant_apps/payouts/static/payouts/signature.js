// A signature drawn with a finger, a pen or a mouse; it goes along with its form as a PNG.
(() => {
  "use strict";
  for (const form of document.querySelectorAll("[data-signature]")) {
    const pad = form.querySelector("[data-pad]");
    const hint = form.querySelector("[data-pad-hint]");
    const kept = form.querySelector("input[name=signature]");
    const pen = pad.getContext("2d");
    let last = null;
    let isDrawn = false;

    const at = (event) => {
      const box = pad.getBoundingClientRect();
      return {
        x: ((event.clientX - box.left) * pad.width) / box.width,
        y: ((event.clientY - box.top) * pad.height) / box.height,
      };
    };
    const draw = (event) => {
      if (last === null) return;
      const points = event.getCoalescedEvents ? event.getCoalescedEvents() : [event];
      for (const one of points.length ? points : [event]) {
        const next = at(one);
        pen.beginPath();
        pen.moveTo(last.x, last.y);
        pen.lineTo(next.x, next.y);
        pen.stroke();
        last = next;
      }
      isDrawn = true;
      hint.hidden = true;
      event.preventDefault();
    };
    const clear = () => {
      pen.clearRect(0, 0, pad.width, pad.height);
      isDrawn = false;
      kept.value = "";
      hint.hidden = false;
    };

    pen.lineWidth = 6;
    pen.lineCap = "round";
    pen.lineJoin = "round";
    pen.strokeStyle = "#111827";
    pad.addEventListener("pointerdown", (event) => {
      pad.setPointerCapture(event.pointerId);
      last = at(event);
      event.preventDefault();
    });
    pad.addEventListener("pointermove", draw);
    for (const end of ["pointerup", "pointercancel"]) {
      pad.addEventListener(end, () => {
        last = null;
      });
    }
    form.querySelector("[data-pad-clear]").addEventListener("click", clear);
    form.addEventListener("submit", () => {
      kept.value = isDrawn ? pad.toDataURL("image/png") : "";
    });
  }
})();
