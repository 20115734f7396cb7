export default { cloner: { baseFamily: "x" }, acount: "1" };
