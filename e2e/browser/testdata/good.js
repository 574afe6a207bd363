document.getElementById("script").textContent = "スクリプトあり";
