// Printed from ./steps by scripts/elementary/print-kernels.ts; a test holds it to them. Do not edit.
// biome-ignore-all format: printed
// biome-ignore-all lint: printed
import { exponentSingle, pow2Single } from './bits.ts';
import { tables32 } from './tables.ts';

const fround = Math.fround;
const digits = Float64Array.from(tables32.circle.digits);
const inverse = Float64Array.from(tables32.pow.inverse);
const logHigh = Float64Array.from(tables32.pow.logHigh);
const logLow = Float64Array.from(tables32.pow.logLow);

export function exp(x: number): number {
  const v1 = (x < (-104)) ? (-104) : x;
  const v2 = (89 < v1) ? 89 : v1;
  const v3 = fround(fround(fround(v2 * 1.4426950216293335) + 12582912) - 12582912);
  const v4 = fround(v2 - fround(v3 * 0.693145751953125));
  const v5 = fround(v3 * 0.000001428606765330187);
  const v6 = fround(v4 - v5);
  const v7 = fround(fround(v4 - v6) - v5);
  const v8 = fround(v6 * v6);
  const v9 = fround(fround(fround(fround(0.00019882709602825344 * v8) + 0.00833332072943449) * v8) + 0.1666666716337204);
  const v10 = fround(fround(v8 * v6) * fround(fround(fround(fround(0.001392619451507926 * v8) + 0.041666556149721146) * v6) + v9));
  const v11 = fround(1 + v6);
  const v12 = fround(fround(v6 - fround(v11 - 1)) + fround(fround(v8 * 0.5) + fround(v10 + fround(v7 + fround(v7 * v6)))));
  const v13 = fround(v11 + v12);
  let v14: number;
  if (Math.abs(v3) <= 126) {
    v14 = fround(v13 * pow2Single(v3));
  } else {
    const v15 = Math.floor(fround(v3 * 0.5));
    v14 = fround(fround(v13 * pow2Single(v15)) * pow2Single(fround(v3 - v15)));
  }
  return v14;
}

export function expm1(x: number): number {
  const v1 = (x < (-20)) ? (-20) : x;
  const v2 = (89 < v1) ? 89 : v1;
  const v3 = fround(fround(fround(v2 * 1.4426950216293335) + 12582912) - 12582912);
  const v4 = fround(v2 - fround(v3 * 0.693145751953125));
  const v5 = fround(v3 * 0.000001428606765330187);
  const v6 = fround(v4 - v5);
  const v7 = fround(fround(v4 - v6) - v5);
  const v8 = fround(v6 * v6);
  const v9 = fround(fround(fround(fround(0.00019882709602825344 * v8) + 0.00833332072943449) * v8) + 0.1666666716337204);
  const v10 = fround(fround(v8 * v6) * fround(fround(fround(fround(0.001392619451507926 * v8) + 0.041666556149721146) * v6) + v9));
  const v11 = -pow2Single((-((30 < v3) ? 30 : v3)));
  const v12 = fround(1 + v11);
  const v13 = fround(v12 - 1);
  const v14 = fround(v12 + v6);
  const v15 = fround(fround(fround(1 - fround(v12 - v13)) + fround(v11 - v13)) + fround(fround(v8 * 0.5) + fround(v10 + fround(v7 + fround(v7 * v6)))));
  const v16 = fround(fround(fround(v14 + fround(fround(v6 - fround(v14 - v12)) + v15)) * 2) * pow2Single(fround(v3 - 1)));
  return (x === 0) ? x : v16;
}

export function log(x: number): number {
  const v1 = x < 4.70197740328915e-38;
  const v2 = v1 ? fround(x * 134217728) : x;
  const v3 = exponentSingle(fround(v2 * 0.3535533845424652));
  const v4 = fround(fround(v3 + 2) - (v1 ? 27 : 0));
  const v5 = fround(fround(fround(v2 * 0.25) * pow2Single((-v3))) - 1);
  const v6 = fround(v5 / fround(v5 + 2));
  const v7 = fround(v6 * v6);
  const v8 = fround(fround(fround(fround(0.29579949378967285 * v7) + 0.3998878002166748) * v7) + 0.6666668653488159);
  const v9 = fround(fround(v5 * 0.5) * v5);
  const v10 = fround(v4 * 0.693145751953125);
  const v11 = fround(v10 + v5);
  const v12 = fround(fround(fround(v6 * fround(v9 + fround(v7 * v8))) + fround(v4 * 0.000001428606765330187)) - v9);
  const v13 = (x === 0) ? (-Infinity) : ((x < Infinity) ? fround(v11 + fround(fround(v5 - fround(v11 - v10)) + v12)) : x);
  return (x < 0) ? NaN : v13;
}

export function log1p(x: number): number {
  const v1 = fround(1 + x);
  const v2 = fround(v1 - 1);
  const v3 = exponentSingle(fround(v1 * 0.3535533845424652));
  const v4 = fround(v3 + 2);
  const v5 = v4 === 0;
  const v6 = v5 ? x : fround(fround(fround(v1 * 0.25) * pow2Single((-v3))) - 1);
  const v7 = fround(v6 / fround(v6 + 2));
  const v8 = fround(v7 * v7);
  const v9 = fround(fround(fround(fround(0.29579949378967285 * v8) + 0.3998878002166748) * v8) + 0.6666668653488159);
  const v10 = fround(fround(v6 * 0.5) * v6);
  const v11 = fround(v4 * 0.693145751953125);
  const v12 = fround(v11 + v6);
  const v13 = fround(fround(v4 * 0.000001428606765330187) + fround((v5 ? 0 : fround(fround(1 - fround(v1 - v2)) + fround(x - v2))) / v1));
  const v14 = fround(fround(v6 - fround(v12 - v11)) + fround(fround(fround(v7 * fround(v10 + fround(v8 * v9))) + v13) - v10));
  const v15 = (x < (-1)) ? NaN : ((x === (-1)) ? (-Infinity) : ((x < Infinity) ? ((x === 0) ? x : fround(v12 + v14)) : x));
  return v15;
}

export function sin(x: number): number {
  const v1 = Math.abs(x);
  let v2: number;
  let v3: number;
  let v4: number;
  if (v1 <= 256) {
    const v5 = fround(fround(fround(x * 0.6366197466850281) + 12582912) - 12582912);
    const v6 = fround(x + fround(v5 * (-1.57080078125)));
    const v7 = fround(v5 * 0.000004454515874385834);
    const v8 = fround(v6 + v7);
    const v9 = fround(v8 - v6);
    const v10 = fround(v5 * (-6.077272018956137e-11));
    const v11 = fround(v8 + v10);
    const v12 = fround(v11 - v8);
    const v13 = fround(fround(fround(v6 - fround(v8 - v9)) + fround(v7 - v9)) + fround(fround(v8 - fround(v11 - v12)) + fround(v10 - v12)));
    const v14 = fround(v13 + fround(v5 * 1.7151245100058819e-15));
    const v15 = fround(v11 + v14);
    v2 = v5;
    v3 = v15;
    v4 = fround(v14 - fround(v15 - v11));
  } else {
    const v16 = ((256 < v1) && (v1 < Infinity)) ? v1 : 256;
    const v17 = Math.floor(fround(fround(fround(exponentSingle(v16) - 3) + 0.5) * 0.10000000149011612));
    const v18 = fround(v16 * pow2Single(fround(v17 * (-10))));
    const v19 = Math.floor(v18);
    const v20 = fround(fround(v18 - v19) * 1024);
    const v21 = Math.floor(v20);
    const v22 = fround(fround(v20 - v21) * 1024);
    const v23 = (digits[fround(v17 + 1)] as number);
    const v24 = (digits[fround(v17 + 2)] as number);
    const v25 = (digits[fround(v17 + 3)] as number);
    const v26 = (digits[fround(v17 + 4)] as number);
    const v27 = (digits[fround(v17 + 5)] as number);
    const v28 = (digits[fround(v17 + 6)] as number);
    const v29 = (digits[fround(v17 + 7)] as number);
    const v30 = (digits[fround(v17 + 8)] as number);
    const v31 = (digits[fround(v17 + 9)] as number);
    const v32 = fround(fround(fround(v19 * v24) + fround(v21 * v23)) + fround(v22 * (digits[fround(v17 + 0)] as number)));
    const v33 = fround(fround(fround(v19 * (digits[fround(v17 + 10)] as number)) + fround(v21 * v31)) + fround(v22 * v30));
    const v34 = Math.floor(fround(v33 * 0.0009765625));
    const v35 = fround(fround(fround(fround(v19 * v31) + fround(v21 * v30)) + fround(v22 * v29)) + v34);
    const v36 = Math.floor(fround(v35 * 0.0009765625));
    const v37 = fround(fround(fround(fround(v19 * v30) + fround(v21 * v29)) + fround(v22 * v28)) + v36);
    const v38 = Math.floor(fround(v37 * 0.0009765625));
    const v39 = fround(fround(fround(fround(v19 * v29) + fround(v21 * v28)) + fround(v22 * v27)) + v38);
    const v40 = Math.floor(fround(v39 * 0.0009765625));
    const v41 = fround(fround(fround(fround(v19 * v28) + fround(v21 * v27)) + fround(v22 * v26)) + v40);
    const v42 = Math.floor(fround(v41 * 0.0009765625));
    const v43 = fround(fround(fround(fround(v19 * v27) + fround(v21 * v26)) + fround(v22 * v25)) + v42);
    const v44 = Math.floor(fround(v43 * 0.0009765625));
    const v45 = fround(fround(fround(fround(v19 * v26) + fround(v21 * v25)) + fround(v22 * v24)) + v44);
    const v46 = Math.floor(fround(v45 * 0.0009765625));
    const v47 = fround(fround(fround(fround(v19 * v25) + fround(v21 * v24)) + fround(v22 * v23)) + v46);
    const v48 = Math.floor(fround(v47 * 0.0009765625));
    const v49 = fround(v47 - fround(v48 * 1024));
    const v50 = 512 <= v49;
    const v51 = fround(fround(v32 + v48) + (v50 ? 1 : 0));
    const v52 = fround(v51 - fround(Math.floor(fround(v51 * 0.25)) * 4));
    const v53 = fround(fround((v50 ? fround(v49 - 1024) : v49) * 0.0009765625) + fround(fround(v45 - fround(v46 * 1024)) * 9.5367431640625e-7));
    const v54 = fround(fround(fround(v43 - fround(v44 * 1024)) * 9.313225746154785e-10) + fround(fround(v41 - fround(v42 * 1024)) * 9.094947017729282e-13));
    const v55 = fround(fround(fround(v39 - fround(v40 * 1024)) * 8.881784197001252e-16) + fround(fround(v37 - fround(v38 * 1024)) * 8.673617379884035e-19));
    const v56 = fround(fround(fround(v35 - fround(v36 * 1024)) * 8.470329472543003e-22) + fround(fround(v33 - fround(v34 * 1024)) * 8.271806125530277e-25));
    const v57 = fround(v53 + v54);
    const v58 = fround(v57 - v53);
    const v59 = fround(fround(fround(fround(v53 - fround(v57 - v58)) + fround(v54 - v58)) + v55) + v56);
    const v60 = fround(v57 + v59);
    const v61 = fround(v60 * 1.5707963705062866);
    const v62 = fround(v60 * 4097);
    const v63 = fround(v62 - fround(v62 - v60));
    const v64 = fround(v60 - v63);
    const v65 = fround(1.5707963705062866 * 4097);
    const v66 = fround(v65 - fround(v65 - 1.5707963705062866));
    const v67 = fround(1.5707963705062866 - v66);
    const v68 = fround(fround(fround(fround(fround(v63 * v66) - v61) + fround(v63 * v67)) + fround(v64 * v66)) + fround(v64 * v67));
    const v69 = fround(fround(v60 * (-4.371138828673793e-8)) + fround(fround(v59 - fround(v60 - v57)) * 1.5707963705062866));
    const v70 = fround(v68 + v69);
    const v71 = fround(v61 + v70);
    const v72 = fround(v70 - fround(v71 - v61));
    const v73 = x < 0;
    v2 = v73 ? (-v52) : v52;
    v3 = v73 ? (-v71) : v71;
    v4 = v73 ? (-v72) : v72;
  }
  const v74 = fround(v3 * v3);
  const v75 = fround(v74 * 0.5);
  const v76 = fround(v2 * 0.5);
  const v77 = fround(1 - v75);
  const v78 = fround(fround(fround(fround(0.000024547818611608818 * v74) + (-0.001388830249197781)) * v74) + 0.0416666641831398);
  const v79 = fround(fround(fround(1 - v77) - v75) + fround(fround(fround(v74 * v74) * v78) - fround(v3 * v4)));
  const v80 = fround(fround(fround(fround((-0.00019587768474593759) * v74) + 0.008332747966051102) * v74) + (-0.166666641831398));
  const v81 = !(Math.floor(v76) === v76) ? fround(v77 + v79) : fround(v3 + fround(fround(fround(v74 * v3) * v80) + fround(v4 * v77)));
  const v82 = (v1 < Infinity) ? ((2 <= fround(v2 - fround(Math.floor(fround(v2 * 0.25)) * 4))) ? (-v81) : v81) : NaN;
  return (x === 0) ? x : v82;
}

export function cos(x: number): number {
  const v1 = Math.abs(x);
  let v2: number;
  let v3: number;
  let v4: number;
  if (v1 <= 256) {
    const v5 = fround(fround(fround(x * 0.6366197466850281) + 12582912) - 12582912);
    const v6 = fround(x + fround(v5 * (-1.57080078125)));
    const v7 = fround(v5 * 0.000004454515874385834);
    const v8 = fround(v6 + v7);
    const v9 = fround(v8 - v6);
    const v10 = fround(v5 * (-6.077272018956137e-11));
    const v11 = fround(v8 + v10);
    const v12 = fround(v11 - v8);
    const v13 = fround(fround(fround(v6 - fround(v8 - v9)) + fround(v7 - v9)) + fround(fround(v8 - fround(v11 - v12)) + fround(v10 - v12)));
    const v14 = fround(v13 + fround(v5 * 1.7151245100058819e-15));
    const v15 = fround(v11 + v14);
    v2 = v5;
    v3 = v15;
    v4 = fround(v14 - fround(v15 - v11));
  } else {
    const v16 = ((256 < v1) && (v1 < Infinity)) ? v1 : 256;
    const v17 = Math.floor(fround(fround(fround(exponentSingle(v16) - 3) + 0.5) * 0.10000000149011612));
    const v18 = fround(v16 * pow2Single(fround(v17 * (-10))));
    const v19 = Math.floor(v18);
    const v20 = fround(fround(v18 - v19) * 1024);
    const v21 = Math.floor(v20);
    const v22 = fround(fround(v20 - v21) * 1024);
    const v23 = (digits[fround(v17 + 1)] as number);
    const v24 = (digits[fround(v17 + 2)] as number);
    const v25 = (digits[fround(v17 + 3)] as number);
    const v26 = (digits[fround(v17 + 4)] as number);
    const v27 = (digits[fround(v17 + 5)] as number);
    const v28 = (digits[fround(v17 + 6)] as number);
    const v29 = (digits[fround(v17 + 7)] as number);
    const v30 = (digits[fround(v17 + 8)] as number);
    const v31 = (digits[fround(v17 + 9)] as number);
    const v32 = fround(fround(fround(v19 * v24) + fround(v21 * v23)) + fround(v22 * (digits[fround(v17 + 0)] as number)));
    const v33 = fround(fround(fround(v19 * (digits[fround(v17 + 10)] as number)) + fround(v21 * v31)) + fround(v22 * v30));
    const v34 = Math.floor(fround(v33 * 0.0009765625));
    const v35 = fround(fround(fround(fround(v19 * v31) + fround(v21 * v30)) + fround(v22 * v29)) + v34);
    const v36 = Math.floor(fround(v35 * 0.0009765625));
    const v37 = fround(fround(fround(fround(v19 * v30) + fround(v21 * v29)) + fround(v22 * v28)) + v36);
    const v38 = Math.floor(fround(v37 * 0.0009765625));
    const v39 = fround(fround(fround(fround(v19 * v29) + fround(v21 * v28)) + fround(v22 * v27)) + v38);
    const v40 = Math.floor(fround(v39 * 0.0009765625));
    const v41 = fround(fround(fround(fround(v19 * v28) + fround(v21 * v27)) + fround(v22 * v26)) + v40);
    const v42 = Math.floor(fround(v41 * 0.0009765625));
    const v43 = fround(fround(fround(fround(v19 * v27) + fround(v21 * v26)) + fround(v22 * v25)) + v42);
    const v44 = Math.floor(fround(v43 * 0.0009765625));
    const v45 = fround(fround(fround(fround(v19 * v26) + fround(v21 * v25)) + fround(v22 * v24)) + v44);
    const v46 = Math.floor(fround(v45 * 0.0009765625));
    const v47 = fround(fround(fround(fround(v19 * v25) + fround(v21 * v24)) + fround(v22 * v23)) + v46);
    const v48 = Math.floor(fround(v47 * 0.0009765625));
    const v49 = fround(v47 - fround(v48 * 1024));
    const v50 = 512 <= v49;
    const v51 = fround(fround(v32 + v48) + (v50 ? 1 : 0));
    const v52 = fround(v51 - fround(Math.floor(fround(v51 * 0.25)) * 4));
    const v53 = fround(fround((v50 ? fround(v49 - 1024) : v49) * 0.0009765625) + fround(fround(v45 - fround(v46 * 1024)) * 9.5367431640625e-7));
    const v54 = fround(fround(fround(v43 - fround(v44 * 1024)) * 9.313225746154785e-10) + fround(fround(v41 - fround(v42 * 1024)) * 9.094947017729282e-13));
    const v55 = fround(fround(fround(v39 - fround(v40 * 1024)) * 8.881784197001252e-16) + fround(fround(v37 - fround(v38 * 1024)) * 8.673617379884035e-19));
    const v56 = fround(fround(fround(v35 - fround(v36 * 1024)) * 8.470329472543003e-22) + fround(fround(v33 - fround(v34 * 1024)) * 8.271806125530277e-25));
    const v57 = fround(v53 + v54);
    const v58 = fround(v57 - v53);
    const v59 = fround(fround(fround(fround(v53 - fround(v57 - v58)) + fround(v54 - v58)) + v55) + v56);
    const v60 = fround(v57 + v59);
    const v61 = fround(v60 * 1.5707963705062866);
    const v62 = fround(v60 * 4097);
    const v63 = fround(v62 - fround(v62 - v60));
    const v64 = fround(v60 - v63);
    const v65 = fround(1.5707963705062866 * 4097);
    const v66 = fround(v65 - fround(v65 - 1.5707963705062866));
    const v67 = fround(1.5707963705062866 - v66);
    const v68 = fround(fround(fround(fround(fround(v63 * v66) - v61) + fround(v63 * v67)) + fround(v64 * v66)) + fround(v64 * v67));
    const v69 = fround(fround(v60 * (-4.371138828673793e-8)) + fround(fround(v59 - fround(v60 - v57)) * 1.5707963705062866));
    const v70 = fround(v68 + v69);
    const v71 = fround(v61 + v70);
    const v72 = fround(v70 - fround(v71 - v61));
    const v73 = x < 0;
    v2 = v73 ? (-v52) : v52;
    v3 = v73 ? (-v71) : v71;
    v4 = v73 ? (-v72) : v72;
  }
  const v74 = fround(v3 * v3);
  const v75 = fround(v74 * 0.5);
  const v76 = fround(v2 + 1);
  const v77 = fround(v76 * 0.5);
  const v78 = fround(1 - v75);
  const v79 = fround(fround(fround(fround(0.000024547818611608818 * v74) + (-0.001388830249197781)) * v74) + 0.0416666641831398);
  const v80 = fround(fround(fround(1 - v78) - v75) + fround(fround(fround(v74 * v74) * v79) - fround(v3 * v4)));
  const v81 = fround(fround(fround(fround((-0.00019587768474593759) * v74) + 0.008332747966051102) * v74) + (-0.166666641831398));
  const v82 = !(Math.floor(v77) === v77) ? fround(v78 + v80) : fround(v3 + fround(fround(fround(v74 * v3) * v81) + fround(v4 * v78)));
  const v83 = (v1 < Infinity) ? ((2 <= fround(v76 - fround(Math.floor(fround(v76 * 0.25)) * 4))) ? (-v82) : v82) : NaN;
  return v83;
}

export function tanh(x: number): number {
  const v1 = Math.abs(x);
  const v2 = fround(((10 < v1) ? 10 : v1) * 2);
  const v3 = fround(fround(fround(v2 * 1.4426950216293335) + 12582912) - 12582912);
  const v4 = fround(v2 - fround(v3 * 0.693145751953125));
  const v5 = fround(v3 * 0.000001428606765330187);
  const v6 = fround(v4 - v5);
  const v7 = fround(fround(v4 - v6) - v5);
  const v8 = fround(v6 * v6);
  const v9 = fround(fround(fround(fround(0.00019882709602825344 * v8) + 0.00833332072943449) * v8) + 0.1666666716337204);
  const v10 = fround(fround(v8 * v6) * fround(fround(fround(fround(0.001392619451507926 * v8) + 0.041666556149721146) * v6) + v9));
  const v11 = pow2Single((-((30 < v3) ? 30 : v3)));
  const v12 = -v11;
  const v13 = fround(1 + v12);
  const v14 = fround(v13 + v6);
  const v15 = fround(fround(v12 - fround(v13 - 1)) + fround(fround(v8 * 0.5) + fround(v10 + fround(v7 + fround(v7 * v6)))));
  const v16 = fround(fround(v6 - fround(v14 - v13)) + v15);
  const v17 = fround(v14 + v16);
  const v18 = fround(v16 - fround(v17 - v14));
  const v19 = fround(v11 * 2);
  const v20 = fround(v17 + v19);
  const v21 = fround(v20 - v17);
  const v22 = fround(v17 / v20);
  const v23 = fround(v18 - fround(v22 * fround(fround(fround(v17 - fround(v20 - v21)) + fround(v19 - v21)) + v18)));
  const v24 = fround(v22 + fround(v23 * fround(1 / v20)));
  return (x === 0) ? x : ((x < 0) ? (-v24) : v24);
}

export function sigmoid(x: number): number {
  const v1 = Math.abs(x);
  const v2 = -((104 < v1) ? 104 : v1);
  const v3 = fround(fround(fround(v2 * 1.4426950216293335) + 12582912) - 12582912);
  const v4 = fround(v2 - fround(v3 * 0.693145751953125));
  const v5 = fround(v3 * 0.000001428606765330187);
  const v6 = fround(v4 - v5);
  const v7 = fround(fround(v4 - v6) - v5);
  const v8 = fround(v6 * v6);
  const v9 = fround(fround(fround(fround(0.00019882709602825344 * v8) + 0.00833332072943449) * v8) + 0.1666666716337204);
  const v10 = fround(fround(v8 * v6) * fround(fround(fround(fround(0.001392619451507926 * v8) + 0.041666556149721146) * v6) + v9));
  const v11 = fround(1 + v6);
  const v12 = fround(fround(v6 - fround(v11 - 1)) + fround(fround(v8 * 0.5) + fround(v10 + fround(v7 + fround(v7 * v6)))));
  const v13 = fround(v11 + v12);
  const v14 = fround(v12 - fround(v13 - v11));
  let v15: number;
  let v16: number;
  if (Math.abs(v3) <= 126) {
    const v17 = pow2Single(v3);
    v15 = fround(v13 * v17);
    v16 = fround(v14 * v17);
  } else {
    const v18 = Math.floor(fround(v3 * 0.5));
    const v19 = pow2Single(v18);
    const v20 = pow2Single(fround(v3 - v18));
    v15 = fround(fround(v13 * v19) * v20);
    v16 = fround(fround(v14 * v19) * v20);
  }
  const v21 = fround(1 + v15);
  const v22 = x < 0;
  const v23 = fround((v22 ? v15 : 1) / v21);
  const v24 = fround(fround((v22 ? v16 : 0) - fround(v23 * fround(fround(v15 - fround(v21 - 1)) + v16))) * fround(1 / v21));
  return fround(v23 + v24);
}

export function softplus(x: number): number {
  const v1 = Math.abs(x);
  const v2 = -((104 < v1) ? 104 : v1);
  const v3 = fround(fround(fround(v2 * 1.4426950216293335) + 12582912) - 12582912);
  const v4 = fround(v2 - fround(v3 * 0.693145751953125));
  const v5 = fround(v3 * 0.000001428606765330187);
  const v6 = fround(v4 - v5);
  const v7 = fround(fround(v4 - v6) - v5);
  const v8 = fround(v6 * v6);
  const v9 = fround(fround(fround(fround(0.00019882709602825344 * v8) + 0.00833332072943449) * v8) + 0.1666666716337204);
  const v10 = fround(fround(v8 * v6) * fround(fround(fround(fround(0.001392619451507926 * v8) + 0.041666556149721146) * v6) + v9));
  const v11 = fround(1 + v6);
  const v12 = fround(fround(v6 - fround(v11 - 1)) + fround(fround(v8 * 0.5) + fround(v10 + fround(v7 + fround(v7 * v6)))));
  const v13 = fround(v11 + v12);
  const v14 = fround(v12 - fround(v13 - v11));
  let v15: number;
  let v16: number;
  if (Math.abs(v3) <= 126) {
    const v17 = pow2Single(v3);
    v15 = fround(v13 * v17);
    v16 = fround(v14 * v17);
  } else {
    const v18 = Math.floor(fround(v3 * 0.5));
    const v19 = pow2Single(v18);
    const v20 = pow2Single(fround(v3 - v18));
    v15 = fround(fround(v13 * v19) * v20);
    v16 = fround(fround(v14 * v19) * v20);
  }
  const v21 = fround(1 + v15);
  const v22 = fround(v21 - 1);
  const v23 = exponentSingle(fround(v21 * 0.3535533845424652));
  const v24 = fround(v23 + 2);
  const v25 = v24 === 0;
  const v26 = v25 ? v15 : fround(fround(fround(v21 * 0.25) * pow2Single((-v23))) - 1);
  const v27 = fround(fround((v25 ? 0 : fround(fround(1 - fround(v21 - v22)) + fround(v15 - v22))) + v16) / v21);
  const v28 = fround(v26 / fround(v26 + 2));
  const v29 = fround(v28 * v28);
  const v30 = fround(fround(fround(fround(0.29579949378967285 * v29) + 0.3998878002166748) * v29) + 0.6666668653488159);
  const v31 = fround(fround(v26 * 0.5) * v26);
  const v32 = fround(v24 * 0.693145751953125);
  const v33 = fround(v32 + v26);
  const v34 = fround(fround(v28 * fround(v31 + fround(v29 * v30))) + fround(fround(v24 * 0.000001428606765330187) + v27));
  const v35 = fround(((0 < x) ? x : 0) + fround(v33 + fround(fround(v26 - fround(v33 - v32)) + fround(v34 - v31))));
  return v35;
}

export function pow(x: number, y: number): number {
  const v1 = Math.abs(x);
  const v2 = 0 < y;
  const v3 = ((0 < v1) && (v1 < Infinity)) ? v1 : 1;
  const v4 = (y < (-68719476736)) ? (-68719476736) : y;
  const v5 = (68719476736 < v4) ? 68719476736 : v4;
  const v6 = v3 < 4.70197740328915e-38;
  const v7 = v6 ? fround(v3 * 134217728) : v3;
  const v8 = exponentSingle(fround(v7 * 0.3535533845424652));
  const v9 = fround(fround(v7 * 0.25) * pow2Single((-v8)));
  const v10 = fround(fround(v8 + 2) - (v6 ? 27 : 0));
  const v11 = fround(fround(fround(fround(v9 * 32) + 12582912) - 12582912) - 22);
  const v12 = (inverse[v11] as number);
  const v13 = fround(v9 * 257);
  const v14 = fround(v13 - fround(v13 - v9));
  const v15 = fround(fround(v14 * v12) - 1);
  const v16 = fround(fround(v9 - v14) * v12);
  const v17 = fround(v15 + v16);
  const v18 = fround(v16 - fround(v17 - v15));
  const v19 = fround(fround(v10 * 0.693145751953125) + (logHigh[v11] as number));
  const v20 = fround(v17 * 4097);
  const v21 = fround(v20 - fround(v20 - v17));
  const v22 = fround(fround(fround(fround(fround((-0.1667318195104599) * v17) + 0.2000744640827179) * v17) + (-0.25)) * v17);
  const v23 = fround(v19 + v17);
  const v24 = fround(v23 - v19);
  const v25 = -fround(fround(v21 * v21) * 0.5);
  const v26 = fround(v23 + v25);
  const v27 = fround(v26 - v23);
  const v28 = fround(fround(v18 - fround(v17 * v18)) - fround(fround(fround(v17 - v21) * fround(v17 + v21)) * 0.5));
  const v29 = fround(fround(fround(v19 - fround(v23 - v24)) + fround(v17 - v24)) + fround(fround(v23 - fround(v26 - v27)) + fround(v25 - v27)));
  const v30 = fround(fround(v29 + fround(fround(v10 * 0.000001428606765330187) + (logLow[v11] as number))) + fround(v28 + fround(fround(fround(v17 * v17) * v17) * fround(v22 + 0.3333333432674408))));
  const v31 = fround(v26 + v30);
  const v32 = fround(v5 * v31);
  const v33 = fround(v5 * 4097);
  const v34 = fround(v33 - fround(v33 - v5));
  const v35 = fround(v5 - v34);
  const v36 = fround(v31 * 4097);
  const v37 = fround(v36 - fround(v36 - v31));
  const v38 = fround(v31 - v37);
  const v39 = fround(fround(fround(fround(fround(v34 * v37) - v32) + fround(v34 * v38)) + fround(v35 * v37)) + fround(v35 * v38));
  const v40 = (v32 < (-104)) ? (-104) : v32;
  const v41 = (89 < v40) ? 89 : v40;
  const v42 = fround(fround(fround(v41 * 1.4426950216293335) + 12582912) - 12582912);
  const v43 = fround(v41 - fround(v42 * 0.693145751953125));
  const v44 = fround(fround(v42 * 0.000001428606765330187) - ((v41 === v32) ? fround(v39 + fround(v5 * fround(v30 - fround(v31 - v26)))) : 0));
  const v45 = fround(v43 - v44);
  const v46 = fround(fround(v43 - v45) - v44);
  const v47 = fround(v45 * v45);
  const v48 = fround(fround(fround(fround(0.00019882709602825344 * v47) + 0.00833332072943449) * v47) + 0.1666666716337204);
  const v49 = fround(fround(v47 * v45) * fround(fround(fround(fround(0.001392619451507926 * v47) + 0.041666556149721146) * v45) + v48));
  const v50 = fround(1 + v45);
  const v51 = fround(fround(v45 - fround(v50 - 1)) + fround(fround(v47 * 0.5) + fround(v49 + fround(v46 + fround(v46 * v45)))));
  const v52 = fround(v50 + v51);
  let v53: number;
  if (Math.abs(v42) <= 126) {
    v53 = fround(v52 * pow2Single(v42));
  } else {
    const v54 = Math.floor(fround(v42 * 0.5));
    v53 = fround(fround(v52 * pow2Single(v54)) * pow2Single(fround(v42 - v54)));
  }
  const v55 = v1 === 1;
  const v56 = (Math.abs(y) === Infinity) ? (v55 ? 1 : ((((1 < v1) && v2) || ((v1 < 1) && !v2)) ? Infinity : 0)) : (v55 ? 1 : ((v1 === Infinity) ? (v2 ? Infinity : 0) : ((v1 === 0) ? (v2 ? 0 : Infinity) : v53)));
  const v57 = fround(y * 0.5);
  const v58 = Math.floor(y) === y;
  const v59 = x < 0;
  const v60 = ((v58 && !(Math.floor(v57) === v57)) && (v59 || ((x === 0) && (fround(1 / x) < 0)))) ? (-v56) : v56;
  const v61 = ((y === 0) || (x === 1)) ? 1 : (!((x === x) && (y === y)) ? NaN : (((v59 && ((-Infinity) < x)) && !v58) ? NaN : v60));
  return v61;
}
