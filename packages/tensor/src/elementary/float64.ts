// Printed from ./steps by scripts/elementary/print-kernels.ts; a test holds it to them. Do not edit.
// biome-ignore-all format: printed
// biome-ignore-all lint: printed
import { exponent, pow2 } from './bits.ts';
import { tables64 } from './tables.ts';

const digits = Float64Array.from(tables64.circle.digits);
const inverse = Float64Array.from(tables64.pow.inverse);
const logHigh = Float64Array.from(tables64.pow.logHigh);
const logLow = Float64Array.from(tables64.pow.logLow);

export function exp(x: number): number {
  const v1 = (x < (-746)) ? (-746) : x;
  const v2 = (710 < v1) ? 710 : v1;
  const v3 = ((v2 * 1.4426950408889634) + 6755399441055744) - 6755399441055744;
  const v4 = v2 - (v3 * 0.6931471805598903);
  const v5 = v3 * 5.497923018708371e-14;
  const v6 = v4 - v5;
  const v7 = (v4 - v6) - v5;
  const v8 = v6 * v6;
  const v9 = (((((2.0911246577907724e-9 * v8) + 2.7557282948633357e-7) * v8) + 0.000024801587317157963) * v8) + 0.001388888888888655;
  const v10 = (((((2.5100399425451985e-8 * v8) + 0.00000275572684307071) * v8) + 0.0001984126986307247) * v8) + 0.008333333333330058;
  const v11 = ((v8 * v6) * ((((v9 * v8) + 0.041666666666666664) * v6) + ((v10 * v8) + 0.16666666666666669))) + (v7 + (v7 * v6));
  const v12 = 1 + v6;
  const v13 = v12 + ((v6 - (v12 - 1)) + ((v8 * 0.5) + v11));
  let v14: number;
  if (Math.abs(v3) <= 1022) {
    v14 = v13 * pow2(v3);
  } else {
    const v15 = Math.floor((v3 * 0.5));
    v14 = (v13 * pow2(v15)) * pow2((v3 - v15));
  }
  return v14;
}

export function expm1(x: number): number {
  const v1 = (x < (-40)) ? (-40) : x;
  const v2 = (710 < v1) ? 710 : v1;
  const v3 = ((v2 * 1.4426950408889634) + 6755399441055744) - 6755399441055744;
  const v4 = v2 - (v3 * 0.6931471805598903);
  const v5 = v3 * 5.497923018708371e-14;
  const v6 = v4 - v5;
  const v7 = (v4 - v6) - v5;
  const v8 = v6 * v6;
  const v9 = (((((2.0911246577907724e-9 * v8) + 2.7557282948633357e-7) * v8) + 0.000024801587317157963) * v8) + 0.001388888888888655;
  const v10 = (((((2.5100399425451985e-8 * v8) + 0.00000275572684307071) * v8) + 0.0001984126986307247) * v8) + 0.008333333333330058;
  const v11 = ((v8 * v6) * ((((v9 * v8) + 0.041666666666666664) * v6) + ((v10 * v8) + 0.16666666666666669))) + (v7 + (v7 * v6));
  const v12 = -pow2((-((60 < v3) ? 60 : v3)));
  const v13 = 1 + v12;
  const v14 = v13 - 1;
  const v15 = v13 + v6;
  const v16 = ((v15 + ((v6 - (v15 - v13)) + (((1 - (v13 - v14)) + (v12 - v14)) + ((v8 * 0.5) + v11)))) * 2) * pow2((v3 - 1));
  return (x === 0) ? x : v16;
}

export function log(x: number): number {
  const v1 = x < 8.900295434028806e-308;
  const v2 = v1 ? (x * 72057594037927940) : x;
  const v3 = exponent((v2 * 0.3535533905932738));
  const v4 = (v3 + 2) - (v1 ? 56 : 0);
  const v5 = ((v2 * 0.25) * pow2((-v3))) - 1;
  const v6 = v5 / (v5 + 2);
  const v7 = v6 * v6;
  const v8 = v7 * v7;
  const v9 = (((((0.14616449685043406 * v8) + 0.18182889125261723) * v8) + 0.28571428625975487) * v8) + 0.666666666666667;
  const v10 = v7 * ((((((0.15331721600556042 * v8) + 0.2222221113479508) * v8) + 0.39999999999899505) * v7) + v9);
  const v11 = (v5 * 0.5) * v5;
  const v12 = v4 * 0.6931471805598903;
  const v13 = v12 + v5;
  const v14 = (x < Infinity) ? (v13 + ((v5 - (v13 - v12)) + (((v6 * (v11 + v10)) + (v4 * 5.497923018708371e-14)) - v11))) : x;
  return (x < 0) ? NaN : ((x === 0) ? (-Infinity) : v14);
}

export function log1p(x: number): number {
  const v1 = 1 + x;
  const v2 = v1 - 1;
  const v3 = exponent((v1 * 0.3535533905932738));
  const v4 = v3 + 2;
  const v5 = v4 === 0;
  const v6 = v5 ? x : (((v1 * 0.25) * pow2((-v3))) - 1);
  const v7 = v6 / (v6 + 2);
  const v8 = v7 * v7;
  const v9 = v8 * v8;
  const v10 = (((((0.14616449685043406 * v9) + 0.18182889125261723) * v9) + 0.28571428625975487) * v9) + 0.666666666666667;
  const v11 = v8 * ((((((0.15331721600556042 * v9) + 0.2222221113479508) * v9) + 0.39999999999899505) * v8) + v10);
  const v12 = (v6 * 0.5) * v6;
  const v13 = v4 * 0.6931471805598903;
  const v14 = v13 + v6;
  const v15 = (v7 * (v12 + v11)) + ((v4 * 5.497923018708371e-14) + ((v5 ? 0 : ((1 - (v1 - v2)) + (x - v2))) / v1));
  const v16 = (x === (-1)) ? (-Infinity) : ((x < Infinity) ? ((x === 0) ? x : (v14 + ((v6 - (v14 - v13)) + (v15 - v12)))) : x);
  return (x < (-1)) ? NaN : v16;
}

export function sin(x: number): number {
  const v1 = Math.abs(x);
  let v2: number;
  let v3: number;
  let v4: number;
  if (v1 <= 1048576) {
    const v5 = ((x * 0.6366197723675814) + 6755399441055744) - 6755399441055744;
    const v6 = x + (v5 * (-1.5707963267341256));
    const v7 = v5 * (-6.077100506303966e-11);
    const v8 = v6 + v7;
    const v9 = v8 - v6;
    const v10 = v5 * (-2.0222662487111665e-21);
    const v11 = v8 + v10;
    const v12 = v11 - v8;
    const v13 = (((v6 - (v8 - v9)) + (v7 - v9)) + ((v8 - (v11 - v12)) + (v10 - v12))) + (v5 * (-8.4784276603689e-32));
    const v14 = v11 + v13;
    v2 = v5;
    v3 = v14;
    v4 = v13 - (v14 - v11);
  } else {
    const v15 = ((1048576 < v1) && (v1 < Infinity)) ? v1 : 1048576;
    const v16 = Math.floor((((exponent(v15) - 4) + 0.5) * 0.041666666666666664));
    const v17 = v15 * pow2((v16 * (-24)));
    const v18 = Math.floor(v17);
    const v19 = (v17 - v18) * 16777216;
    const v20 = Math.floor(v19);
    const v21 = (v19 - v20) * 16777216;
    const v22 = (digits[(v16 + 1)] as number);
    const v23 = (digits[(v16 + 2)] as number);
    const v24 = (digits[(v16 + 3)] as number);
    const v25 = (digits[(v16 + 4)] as number);
    const v26 = (digits[(v16 + 5)] as number);
    const v27 = (digits[(v16 + 6)] as number);
    const v28 = (digits[(v16 + 7)] as number);
    const v29 = (digits[(v16 + 8)] as number);
    const v30 = ((v18 * (digits[(v16 + 9)] as number)) + (v20 * v29)) + (v21 * v28);
    const v31 = Math.floor((v30 * 5.960464477539063e-8));
    const v32 = (((v18 * v29) + (v20 * v28)) + (v21 * v27)) + v31;
    const v33 = Math.floor((v32 * 5.960464477539063e-8));
    const v34 = (((v18 * v28) + (v20 * v27)) + (v21 * v26)) + v33;
    const v35 = Math.floor((v34 * 5.960464477539063e-8));
    const v36 = (((v18 * v27) + (v20 * v26)) + (v21 * v25)) + v35;
    const v37 = Math.floor((v36 * 5.960464477539063e-8));
    const v38 = (((v18 * v26) + (v20 * v25)) + (v21 * v24)) + v37;
    const v39 = Math.floor((v38 * 5.960464477539063e-8));
    const v40 = (((v18 * v25) + (v20 * v24)) + (v21 * v23)) + v39;
    const v41 = Math.floor((v40 * 5.960464477539063e-8));
    const v42 = (((v18 * v24) + (v20 * v23)) + (v21 * v22)) + v41;
    const v43 = Math.floor((v42 * 5.960464477539063e-8));
    const v44 = v42 - (v43 * 16777216);
    const v45 = 8388608 <= v44;
    const v46 = ((((v18 * v23) + (v20 * v22)) + (v21 * (digits[(v16 + 0)] as number))) + v43) + (v45 ? 1 : 0);
    const v47 = v46 - (Math.floor((v46 * 0.25)) * 4);
    const v48 = ((v45 ? (v44 - 16777216) : v44) * 5.960464477539063e-8) + ((v40 - (v41 * 16777216)) * 3.552713678800501e-15);
    const v49 = ((v38 - (v39 * 16777216)) * 2.117582368135751e-22) + ((v36 - (v37 * 16777216)) * 1.262177448353619e-29);
    const v50 = ((v34 - (v35 * 16777216)) * 7.52316384526264e-37) + ((v32 - (v33 * 16777216)) * 4.484155085839415e-44);
    const v51 = v48 + v49;
    const v52 = v51 - v48;
    const v53 = (((v48 - (v51 - v52)) + (v49 - v52)) + v50) + ((v30 - (v31 * 16777216)) * 2.6727647100921956e-51);
    const v54 = v51 + v53;
    const v55 = v54 * 1.5707963267948966;
    const v56 = v54 * 134217729;
    const v57 = v56 - (v56 - v54);
    const v58 = v54 - v57;
    const v59 = 1.5707963267948966 * 134217729;
    const v60 = v59 - (v59 - 1.5707963267948966);
    const v61 = 1.5707963267948966 - v60;
    const v62 = (((((v57 * v60) - v55) + (v57 * v61)) + (v58 * v60)) + (v58 * v61)) + ((v54 * 6.123233995736766e-17) + ((v53 - (v54 - v51)) * 1.5707963267948966));
    const v63 = v55 + v62;
    const v64 = v62 - (v63 - v55);
    const v65 = x < 0;
    v2 = v65 ? (-v47) : v47;
    v3 = v65 ? (-v63) : v63;
    v4 = v65 ? (-v64) : v64;
  }
  const v66 = v3 * v3;
  const v67 = v66 * 0.5;
  const v68 = v2 * 0.5;
  const v69 = 1 - v67;
  const v70 = v66 * v66;
  const v71 = (((((-1.1382589558794357e-11) * v70) + (-2.755731726887362e-7)) * v70) + (-0.0013888888888887393)) * v66;
  const v72 = v70 * (v71 + ((((2.0876145673271642e-9 * v70) + 0.00002480158729876018) * v70) + 0.041666666666666664));
  const v73 = ((((1.5918060772941343e-10 * v70) + 0.000002755731609798681) * v70) + 0.008333333333330943) * v66;
  const v74 = v73 + (((((-2.5051130893686634e-8) * v70) + (-0.0001984126983674977)) * v70) + (-0.16666666666666666));
  const v75 = !(Math.floor(v68) === v68) ? (v69 + (((1 - v69) - v67) + (v72 - (v3 * v4)))) : (v3 + (((v66 * v3) * v74) + (v4 * v69)));
  const v76 = (x === 0) ? x : ((v1 < Infinity) ? ((2 <= (v2 - (Math.floor((v2 * 0.25)) * 4))) ? (-v75) : v75) : NaN);
  return v76;
}

export function cos(x: number): number {
  const v1 = Math.abs(x);
  let v2: number;
  let v3: number;
  let v4: number;
  if (v1 <= 1048576) {
    const v5 = ((x * 0.6366197723675814) + 6755399441055744) - 6755399441055744;
    const v6 = x + (v5 * (-1.5707963267341256));
    const v7 = v5 * (-6.077100506303966e-11);
    const v8 = v6 + v7;
    const v9 = v8 - v6;
    const v10 = v5 * (-2.0222662487111665e-21);
    const v11 = v8 + v10;
    const v12 = v11 - v8;
    const v13 = (((v6 - (v8 - v9)) + (v7 - v9)) + ((v8 - (v11 - v12)) + (v10 - v12))) + (v5 * (-8.4784276603689e-32));
    const v14 = v11 + v13;
    v2 = v5;
    v3 = v14;
    v4 = v13 - (v14 - v11);
  } else {
    const v15 = ((1048576 < v1) && (v1 < Infinity)) ? v1 : 1048576;
    const v16 = Math.floor((((exponent(v15) - 4) + 0.5) * 0.041666666666666664));
    const v17 = v15 * pow2((v16 * (-24)));
    const v18 = Math.floor(v17);
    const v19 = (v17 - v18) * 16777216;
    const v20 = Math.floor(v19);
    const v21 = (v19 - v20) * 16777216;
    const v22 = (digits[(v16 + 1)] as number);
    const v23 = (digits[(v16 + 2)] as number);
    const v24 = (digits[(v16 + 3)] as number);
    const v25 = (digits[(v16 + 4)] as number);
    const v26 = (digits[(v16 + 5)] as number);
    const v27 = (digits[(v16 + 6)] as number);
    const v28 = (digits[(v16 + 7)] as number);
    const v29 = (digits[(v16 + 8)] as number);
    const v30 = ((v18 * (digits[(v16 + 9)] as number)) + (v20 * v29)) + (v21 * v28);
    const v31 = Math.floor((v30 * 5.960464477539063e-8));
    const v32 = (((v18 * v29) + (v20 * v28)) + (v21 * v27)) + v31;
    const v33 = Math.floor((v32 * 5.960464477539063e-8));
    const v34 = (((v18 * v28) + (v20 * v27)) + (v21 * v26)) + v33;
    const v35 = Math.floor((v34 * 5.960464477539063e-8));
    const v36 = (((v18 * v27) + (v20 * v26)) + (v21 * v25)) + v35;
    const v37 = Math.floor((v36 * 5.960464477539063e-8));
    const v38 = (((v18 * v26) + (v20 * v25)) + (v21 * v24)) + v37;
    const v39 = Math.floor((v38 * 5.960464477539063e-8));
    const v40 = (((v18 * v25) + (v20 * v24)) + (v21 * v23)) + v39;
    const v41 = Math.floor((v40 * 5.960464477539063e-8));
    const v42 = (((v18 * v24) + (v20 * v23)) + (v21 * v22)) + v41;
    const v43 = Math.floor((v42 * 5.960464477539063e-8));
    const v44 = v42 - (v43 * 16777216);
    const v45 = 8388608 <= v44;
    const v46 = ((((v18 * v23) + (v20 * v22)) + (v21 * (digits[(v16 + 0)] as number))) + v43) + (v45 ? 1 : 0);
    const v47 = v46 - (Math.floor((v46 * 0.25)) * 4);
    const v48 = ((v45 ? (v44 - 16777216) : v44) * 5.960464477539063e-8) + ((v40 - (v41 * 16777216)) * 3.552713678800501e-15);
    const v49 = ((v38 - (v39 * 16777216)) * 2.117582368135751e-22) + ((v36 - (v37 * 16777216)) * 1.262177448353619e-29);
    const v50 = ((v34 - (v35 * 16777216)) * 7.52316384526264e-37) + ((v32 - (v33 * 16777216)) * 4.484155085839415e-44);
    const v51 = v48 + v49;
    const v52 = v51 - v48;
    const v53 = (((v48 - (v51 - v52)) + (v49 - v52)) + v50) + ((v30 - (v31 * 16777216)) * 2.6727647100921956e-51);
    const v54 = v51 + v53;
    const v55 = v54 * 1.5707963267948966;
    const v56 = v54 * 134217729;
    const v57 = v56 - (v56 - v54);
    const v58 = v54 - v57;
    const v59 = 1.5707963267948966 * 134217729;
    const v60 = v59 - (v59 - 1.5707963267948966);
    const v61 = 1.5707963267948966 - v60;
    const v62 = (((((v57 * v60) - v55) + (v57 * v61)) + (v58 * v60)) + (v58 * v61)) + ((v54 * 6.123233995736766e-17) + ((v53 - (v54 - v51)) * 1.5707963267948966));
    const v63 = v55 + v62;
    const v64 = v62 - (v63 - v55);
    const v65 = x < 0;
    v2 = v65 ? (-v47) : v47;
    v3 = v65 ? (-v63) : v63;
    v4 = v65 ? (-v64) : v64;
  }
  const v66 = v3 * v3;
  const v67 = v66 * 0.5;
  const v68 = v2 + 1;
  const v69 = v68 * 0.5;
  const v70 = 1 - v67;
  const v71 = v66 * v66;
  const v72 = (((((-1.1382589558794357e-11) * v71) + (-2.755731726887362e-7)) * v71) + (-0.0013888888888887393)) * v66;
  const v73 = v71 * (v72 + ((((2.0876145673271642e-9 * v71) + 0.00002480158729876018) * v71) + 0.041666666666666664));
  const v74 = ((((1.5918060772941343e-10 * v71) + 0.000002755731609798681) * v71) + 0.008333333333330943) * v66;
  const v75 = v74 + (((((-2.5051130893686634e-8) * v71) + (-0.0001984126983674977)) * v71) + (-0.16666666666666666));
  const v76 = !(Math.floor(v69) === v69) ? (v70 + (((1 - v70) - v67) + (v73 - (v3 * v4)))) : (v3 + (((v66 * v3) * v75) + (v4 * v70)));
  return (v1 < Infinity) ? ((2 <= (v68 - (Math.floor((v68 * 0.25)) * 4))) ? (-v76) : v76) : NaN;
}

export function tanh(x: number): number {
  const v1 = Math.abs(x);
  const v2 = ((22 < v1) ? 22 : v1) * 2;
  const v3 = ((v2 * 1.4426950408889634) + 6755399441055744) - 6755399441055744;
  const v4 = v2 - (v3 * 0.6931471805598903);
  const v5 = v3 * 5.497923018708371e-14;
  const v6 = v4 - v5;
  const v7 = (v4 - v6) - v5;
  const v8 = v6 * v6;
  const v9 = (((((2.0911246577907724e-9 * v8) + 2.7557282948633357e-7) * v8) + 0.000024801587317157963) * v8) + 0.001388888888888655;
  const v10 = (((((2.5100399425451985e-8 * v8) + 0.00000275572684307071) * v8) + 0.0001984126986307247) * v8) + 0.008333333333330058;
  const v11 = ((v8 * v6) * ((((v9 * v8) + 0.041666666666666664) * v6) + ((v10 * v8) + 0.16666666666666669))) + (v7 + (v7 * v6));
  const v12 = pow2((-((60 < v3) ? 60 : v3)));
  const v13 = -v12;
  const v14 = 1 + v13;
  const v15 = v14 + v6;
  const v16 = (v6 - (v15 - v14)) + ((v13 - (v14 - 1)) + ((v8 * 0.5) + v11));
  const v17 = v15 + v16;
  const v18 = v16 - (v17 - v15);
  const v19 = v12 * 2;
  const v20 = v17 + v19;
  const v21 = v20 - v17;
  const v22 = v17 / v20;
  const v23 = v22 + ((v18 - (v22 * (((v17 - (v20 - v21)) + (v19 - v21)) + v18))) * (1 / v20));
  return (x === 0) ? x : ((x < 0) ? (-v23) : v23);
}

export function sigmoid(x: number): number {
  const v1 = Math.abs(x);
  const v2 = -((746 < v1) ? 746 : v1);
  const v3 = ((v2 * 1.4426950408889634) + 6755399441055744) - 6755399441055744;
  const v4 = v2 - (v3 * 0.6931471805598903);
  const v5 = v3 * 5.497923018708371e-14;
  const v6 = v4 - v5;
  const v7 = (v4 - v6) - v5;
  const v8 = v6 * v6;
  const v9 = (((((2.0911246577907724e-9 * v8) + 2.7557282948633357e-7) * v8) + 0.000024801587317157963) * v8) + 0.001388888888888655;
  const v10 = (((((2.5100399425451985e-8 * v8) + 0.00000275572684307071) * v8) + 0.0001984126986307247) * v8) + 0.008333333333330058;
  const v11 = ((v8 * v6) * ((((v9 * v8) + 0.041666666666666664) * v6) + ((v10 * v8) + 0.16666666666666669))) + (v7 + (v7 * v6));
  const v12 = 1 + v6;
  const v13 = (v6 - (v12 - 1)) + ((v8 * 0.5) + v11);
  const v14 = v12 + v13;
  const v15 = v13 - (v14 - v12);
  let v16: number;
  let v17: number;
  if (Math.abs(v3) <= 1022) {
    const v18 = pow2(v3);
    v16 = v14 * v18;
    v17 = v15 * v18;
  } else {
    const v19 = Math.floor((v3 * 0.5));
    const v20 = pow2(v19);
    const v21 = pow2((v3 - v19));
    v16 = (v14 * v20) * v21;
    v17 = (v15 * v20) * v21;
  }
  const v22 = 1 + v16;
  const v23 = x < 0;
  const v24 = (v23 ? v16 : 1) / v22;
  return v24 + (((v23 ? v17 : 0) - (v24 * ((v16 - (v22 - 1)) + v17))) * (1 / v22));
}

export function softplus(x: number): number {
  const v1 = Math.abs(x);
  const v2 = -((746 < v1) ? 746 : v1);
  const v3 = ((v2 * 1.4426950408889634) + 6755399441055744) - 6755399441055744;
  const v4 = v2 - (v3 * 0.6931471805598903);
  const v5 = v3 * 5.497923018708371e-14;
  const v6 = v4 - v5;
  const v7 = (v4 - v6) - v5;
  const v8 = v6 * v6;
  const v9 = (((((2.0911246577907724e-9 * v8) + 2.7557282948633357e-7) * v8) + 0.000024801587317157963) * v8) + 0.001388888888888655;
  const v10 = (((((2.5100399425451985e-8 * v8) + 0.00000275572684307071) * v8) + 0.0001984126986307247) * v8) + 0.008333333333330058;
  const v11 = ((v8 * v6) * ((((v9 * v8) + 0.041666666666666664) * v6) + ((v10 * v8) + 0.16666666666666669))) + (v7 + (v7 * v6));
  const v12 = 1 + v6;
  const v13 = (v6 - (v12 - 1)) + ((v8 * 0.5) + v11);
  const v14 = v12 + v13;
  const v15 = v13 - (v14 - v12);
  let v16: number;
  let v17: number;
  if (Math.abs(v3) <= 1022) {
    const v18 = pow2(v3);
    v16 = v14 * v18;
    v17 = v15 * v18;
  } else {
    const v19 = Math.floor((v3 * 0.5));
    const v20 = pow2(v19);
    const v21 = pow2((v3 - v19));
    v16 = (v14 * v20) * v21;
    v17 = (v15 * v20) * v21;
  }
  const v22 = 1 + v16;
  const v23 = v22 - 1;
  const v24 = exponent((v22 * 0.3535533905932738));
  const v25 = v24 + 2;
  const v26 = v25 === 0;
  const v27 = v26 ? v16 : (((v22 * 0.25) * pow2((-v24))) - 1);
  const v28 = v27 / (v27 + 2);
  const v29 = v28 * v28;
  const v30 = v29 * v29;
  const v31 = (((((0.14616449685043406 * v30) + 0.18182889125261723) * v30) + 0.28571428625975487) * v30) + 0.666666666666667;
  const v32 = v29 * ((((((0.15331721600556042 * v30) + 0.2222221113479508) * v30) + 0.39999999999899505) * v29) + v31);
  const v33 = (v27 * 0.5) * v27;
  const v34 = v25 * 0.6931471805598903;
  const v35 = v34 + v27;
  const v36 = (v28 * (v33 + v32)) + ((v25 * 5.497923018708371e-14) + (((v26 ? 0 : ((1 - (v22 - v23)) + (v16 - v23))) + v17) / v22));
  return ((0 < x) ? x : 0) + (v35 + ((v27 - (v35 - v34)) + (v36 - v33)));
}

export function pow(x: number, y: number): number {
  const v1 = Math.abs(x);
  const v2 = 0 < y;
  const v3 = ((0 < v1) && (v1 < Infinity)) ? v1 : 1;
  const v4 = (y < (-1.1805916207174113e+21)) ? (-1.1805916207174113e+21) : y;
  const v5 = (1.1805916207174113e+21 < v4) ? 1.1805916207174113e+21 : v4;
  const v6 = v3 < 8.900295434028806e-308;
  const v7 = v6 ? (v3 * 72057594037927940) : v3;
  const v8 = exponent((v7 * 0.3535533905932738));
  const v9 = (v7 * 0.25) * pow2((-v8));
  const v10 = (v8 + 2) - (v6 ? 56 : 0);
  const v11 = (((v9 * 128) + 6755399441055744) - 6755399441055744) - 90;
  const v12 = (inverse[v11] as number);
  const v13 = v9 * 2049;
  const v14 = v13 - (v13 - v9);
  const v15 = (v14 * v12) - 1;
  const v16 = (v9 - v14) * v12;
  const v17 = v15 + v16;
  const v18 = v16 - (v17 - v15);
  const v19 = (v10 * 0.6931471805598903) + (logHigh[v11] as number);
  const v20 = v17 * 134217729;
  const v21 = v20 - (v20 - v17);
  const v22 = v17 * v17;
  const v23 = (((((-0.10000548632368515) * v22) + (-0.12499999988712897)) * v22) + (-0.1666666666666674)) * v22;
  const v24 = (((((0.11111709618851806 * v22) + 0.1428571427340109) * v22) + 0.20000000000000082) * v22) + 0.3333333333333333;
  const v25 = v19 + v17;
  const v26 = v25 - v19;
  const v27 = -((v21 * v21) * 0.5);
  const v28 = v25 + v27;
  const v29 = v28 - v25;
  const v30 = (((v19 - (v25 - v26)) + (v17 - v26)) + ((v25 - (v28 - v29)) + (v27 - v29))) + ((v10 * 5.497923018708371e-14) + (logLow[v11] as number));
  const v31 = ((v18 - (v17 * v18)) - (((v17 - v21) * (v17 + v21)) * 0.5)) + ((v22 * v17) * (((v23 + (-0.25)) * v17) + v24));
  const v32 = v30 + v31;
  const v33 = v28 + v32;
  const v34 = v5 * v33;
  const v35 = v5 * 134217729;
  const v36 = v35 - (v35 - v5);
  const v37 = v5 - v36;
  const v38 = v33 * 134217729;
  const v39 = v38 - (v38 - v33);
  const v40 = v33 - v39;
  const v41 = (v34 < (-746)) ? (-746) : v34;
  const v42 = (710 < v41) ? 710 : v41;
  const v43 = (v42 === v34) ? ((((((v36 * v39) - v34) + (v36 * v40)) + (v37 * v39)) + (v37 * v40)) + (v5 * (v32 - (v33 - v28)))) : 0;
  const v44 = ((v42 * 1.4426950408889634) + 6755399441055744) - 6755399441055744;
  const v45 = v42 - (v44 * 0.6931471805598903);
  const v46 = (v44 * 5.497923018708371e-14) - v43;
  const v47 = v45 - v46;
  const v48 = (v45 - v47) - v46;
  const v49 = v47 * v47;
  const v50 = ((((2.0911246577907724e-9 * v49) + 2.7557282948633357e-7) * v49) + 0.000024801587317157963) * v49;
  const v51 = (((((2.5100399425451985e-8 * v49) + 0.00000275572684307071) * v49) + 0.0001984126986307247) * v49) + 0.008333333333330058;
  const v52 = ((((v50 + 0.001388888888888655) * v49) + 0.041666666666666664) * v47) + ((v51 * v49) + 0.16666666666666669);
  const v53 = 1 + v47;
  const v54 = v53 + ((v47 - (v53 - 1)) + ((v49 * 0.5) + (((v49 * v47) * v52) + (v48 + (v48 * v47)))));
  let v55: number;
  if (Math.abs(v44) <= 1022) {
    v55 = v54 * pow2(v44);
  } else {
    const v56 = Math.floor((v44 * 0.5));
    v55 = (v54 * pow2(v56)) * pow2((v44 - v56));
  }
  const v57 = v1 === 1;
  const v58 = (Math.abs(y) === Infinity) ? (v57 ? 1 : ((((1 < v1) && v2) || ((v1 < 1) && !v2)) ? Infinity : 0)) : (v57 ? 1 : ((v1 === Infinity) ? (v2 ? Infinity : 0) : ((v1 === 0) ? (v2 ? 0 : Infinity) : v55)));
  const v59 = y * 0.5;
  const v60 = Math.floor(y) === y;
  const v61 = x < 0;
  const v62 = ((v61 && ((-Infinity) < x)) && !v60) ? NaN : (((v60 && !(Math.floor(v59) === v59)) && (v61 || ((x === 0) && ((1 / x) < 0)))) ? (-v58) : v58);
  return ((y === 0) || (x === 1)) ? 1 : (!((x === x) && (y === y)) ? NaN : v62);
}
