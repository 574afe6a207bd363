document.querySelector(".low").style.display = "block";
console.error("a complaint", 7);
document.querySelector("#gone").remove();
