#!/usr/bin/env python3
"""Keeps the first GPU busy for SECONDS and holds MEBIBYTES of its memory, with nothing but the driver's libcuda.

Usage: real_gpu_load.py SECONDS MEBIBYTES
"""

import ctypes
import sys
import time

# Each thread counts down from its argument, with arithmetic that cannot be left out.
PTX = b"""
.version 6.0
.target sm_50
.address_size 64
.visible .entry spin(.param .u64 result, .param .u32 times)
{
    .reg .pred %done;
    .reg .u32 %left, %value;
    .reg .u64 %where;
    ld.param.u64 %where, [result];
    ld.param.u32 %left, [times];
    cvta.to.global.u64 %where, %where;
    mov.u32 %value, %tid.x;
again:
    mad.lo.u32 %value, %value, 1664525, 1013904223;
    sub.u32 %left, %left, 1;
    setp.ne.u32 %done, %left, 0;
    @%done bra again;
    st.global.u32 [%where], %value;
    ret;
}
\0"""


def main():
    seconds, mebibytes = float(sys.argv[1]), int(sys.argv[2])
    cuda = ctypes.CDLL("libcuda.so.1")

    def call(name, *arguments):
        code = getattr(cuda, name)(*arguments)
        if code:
            sys.exit(f"{name} failed with {code}")

    device, context = ctypes.c_int(), ctypes.c_void_p()
    module, kernel = ctypes.c_void_p(), ctypes.c_void_p()
    memory = ctypes.c_uint64()
    call("cuInit", 0)
    call("cuDeviceGet", ctypes.byref(device), 0)
    call("cuCtxCreate_v2", ctypes.byref(context), 0, device)
    call("cuMemAlloc_v2", ctypes.byref(memory), ctypes.c_size_t(mebibytes << 20))
    call("cuModuleLoadData", ctypes.byref(module), PTX)
    call("cuModuleGetFunction", ctypes.byref(kernel), module, b"spin")
    times = ctypes.c_uint32(200_000)
    arguments = (ctypes.c_void_p * 2)(
        ctypes.cast(ctypes.byref(memory), ctypes.c_void_p), ctypes.cast(ctypes.byref(times), ctypes.c_void_p)
    )
    print("loading", flush=True)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        call("cuLaunchKernel", kernel, 1024, 1, 1, 256, 1, 1, 0, None, arguments, None)
        call("cuCtxSynchronize")
    call("cuMemFree_v2", memory)


if __name__ == "__main__":
    main()
