"""The PyMC meaning of joint laws, one file each."""
